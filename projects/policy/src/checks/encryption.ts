import { referred } from "../links.ts";
import { purposeOf } from "../place.ts";
import type { Finding, ResourceRule, StackResource, StackRule, StackView } from "../rule.ts";
import { UnknownValue } from "../unknown.ts";
import {
  BUCKET_ENCRYPTION,
  BUCKET_KEYS,
  KEY_ARGUMENTS,
  KEY_CLASSES,
  rootOf,
  valuesAt,
  type KeyArgument,
  type KeyPurpose,
} from "./key-arguments.ts";

const KEY = "aws:kms/key:Key";
/** AWS's own keys by alias, or by the switch that stands for one. */
const MANAGED_BY_AWS = /(^|:)alias\/aws\//;

export const customerManagedKeys: ResourceRule = {
  id: "POL-5",
  name: "customer-managed-keys",
  pins: "SEC-18..27",
  holds: "Everything at rest is encrypted under a customer-managed key.",
  remedy: "Pass the key's ARN from the security contract.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(KEY_ARGUMENTS),
  check: ({ type, props }) => [
    ...(KEY_ARGUMENTS[type] ?? []).map(
      ({ path, optional }) =>
        () =>
          valuesAt(props, path).map((key) => {
            if (typeof key !== "string" || key === "") return !optional && `${path} is not set.`;
            return MANAGED_BY_AWS.test(key) && `${path} is ${key}, a key that AWS manages.`;
          }),
    ),
    ...(SWITCHES[type] ?? []).map(
      ([path, wanted]) =>
        () =>
          valuesAt(props, path).map(
            (value) => value !== wanted && `${path} is ${String(value)}, not ${String(wanted)}.`,
          ),
    ),
    // Performance Insights falls back to a key of AWS's when none is named.
    () =>
      props.performanceInsightsEnabled === true &&
      !props.performanceInsightsKmsKeyId &&
      "performanceInsightsKmsKeyId is not set.",
    () => props.sqsManagedSseEnabled === true && "sqsManagedSseEnabled is true, which means a key that AWS manages.",
  ],
};

/** Properties without which a key's name says nothing. */
const SWITCHES: Readonly<Record<string, readonly (readonly [path: string, wanted: unknown])[]>> = {
  "aws:ecr/repository:Repository": [["encryptionConfigurations[].encryptionType", "KMS"]],
  "aws:kinesis/stream:Stream": [["encryptionType", "KMS"]],
  "aws:xray/encryptionConfig:EncryptionConfig": [["type", "KMS"]],
  [BUCKET_ENCRYPTION]: [["rules[].applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms"]],
};

export const ownKey: StackRule = {
  id: "POL-6",
  name: "own-key",
  pins: "SEC-18..27",
  holds: "A resource uses the key of its own purpose, so that access to one kind of data opens no other.",
  remedy: "Take the key of the resource's own kind from the security contract (table in src/checks/key-arguments.ts).",
  level: "mandatory",
  scope: "stack",
  check: (stack) =>
    stack.resources
      .filter(({ type }) => KEY_ARGUMENTS[type])
      .flatMap((resource) =>
        (KEY_ARGUMENTS[resource.type] ?? []).map((argument) => () => foreignKey(stack, resource, argument)),
      ),
};

export const keyClassification: StackRule = {
  id: "POL-6",
  name: "key-classification",
  pins: "SEC-1, SEC-18..27",
  holds: "Each key is classified as what it protects, and each of the eleven is there for one purpose.",
  remedy: "Tag the key with the classification of its purpose (infrastructure.md 3.2).",
  level: "mandatory",
  scope: "stack",
  check: ({ resources }) =>
    resources
      .filter(({ type }) => type === KEY)
      .map((key) => () => {
        const classes: readonly string[] | undefined = KEY_CLASSES[key.name as KeyPurpose];
        if (!classes) return { about: key, says: `"${key.name}" is the purpose of no key of the platform.` };
        const classification = String((key.props.tags as Record<string, string> | undefined)?.DataClassification);
        if (classes.includes(classification)) return [];
        return { about: key, says: `It is classified ${classification}, not ${classes.join(" or ")}.` };
      }),
};

function foreignKey(stack: StackView, resource: StackResource, argument: KeyArgument): Finding {
  const admissible = resource.type === BUCKET_ENCRYPTION ? bucketKeys(stack, resource) : argument.purposes;
  const sources = resource.madeFrom[rootOf(argument.path)] ?? [];
  const made = stack.resources.filter(({ type, urn }) => type === KEY && sources.includes(urn));
  const [only] = made;
  // A property made from one key of this stack: its purpose is known before its ARN is.
  if (made.length === 1 && only) return complaint(resource, argument, only.name, admissible);
  return valuesAt(resource.props, argument.path).map((arn) => {
    if (typeof arn !== "string" || arn === "" || arn.includes("alias/")) return [];
    return complaint(resource, argument, purposeOfArn(stack, arn), admissible);
  });
}

function complaint(
  resource: StackResource,
  { path }: KeyArgument,
  purpose: string | undefined,
  admissible: readonly string[],
): Finding {
  if (purpose !== undefined && admissible.includes(purpose)) return [];
  const whose = purpose === undefined ? "no key of the security layer" : `the key ${purpose}`;
  return { about: resource, says: `${path} is ${whose}; it must be ${admissible.join(" or ")}.` };
}

/** The kebab-case purpose of a key's ARN: made here, or published by the security layer. */
function purposeOfArn({ resources, keyArns }: StackView, arn: string): string | undefined {
  const here = resources.find(
    ({ type, props, id }) => type === KEY && (props.arn === arn || (id !== undefined && arn.endsWith(`:key/${id}`))),
  );
  if (here) return here.name;
  // Neither made here nor published to us: the deployment that knows the security layer's keys judges it.
  if (!keyArns) throw new UnknownValue(["kmsKeyArns"]);
  const published = Object.entries(keyArns).find(([, each]) => each === arn)?.[0];
  return published?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function bucketKeys(stack: StackView, encryption: StackResource): readonly string[] {
  const bucket = referred(stack, encryption, "bucket", "aws:s3/bucket:Bucket");
  const purpose = purposeOf(String(bucket?.props.bucket ?? encryption.props.bucket));
  const key = purpose === undefined ? undefined : BUCKET_KEYS[purpose];
  return key ? [key] : [];
}
