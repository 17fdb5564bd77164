/** What holds for every stack, asked of a recording: each function names the offenders, so a test expects an empty list. */
import { TAGGABLE_TYPES, TAG_VOCABULARY, type TagKey } from "@records/conventions";
import type { Recording, RecordedResource } from "./recording.ts";

const nameOf = ({ type, name }: RecordedResource): string => `${type} ${name}`;

/** Taggable resources whose tags are not exactly the vocabulary. */
export function wronglyTagged(stack: Recording): readonly string[] {
  const vocabulary = Object.keys(TAG_VOCABULARY) as TagKey[];
  return stack.resources
    .filter(({ type }) => TAGGABLE_TYPES.has(type))
    .filter(({ inputs }) => {
      const tags = (inputs.tags ?? {}) as Record<string, string>;
      return (
        Object.keys(tags).length !== vocabulary.length ||
        !vocabulary.every((key) => TAG_VOCABULARY[key].test(tags[key] ?? ""))
      );
    })
    .map(nameOf);
}

/** Inputs that give a resource its physical name. */
const NAMES = [
  "name",
  "bucket",
  "clusterIdentifier",
  "identifier",
  "replicationGroupId",
  "userGroupId",
  "userId",
  "dbProxyEndpointName",
  "creationToken",
];

/** Their name is one of AWS's: it says which, not whose. */
const CHOSEN_FROM_A_LIST: ReadonlySet<string> = new Set(["aws:guardduty/detectorFeature:DetectorFeature"]);

/** Physical names without the environment's suffix: they would collide with another environment's. */
export function unsuffixedNames(stack: Recording, suffix: string): readonly string[] {
  const form = new RegExp(`srs[-/_]${suffix}([-/_]|$)`);
  return stack.resources
    .filter(({ custom, type }) => custom && !CHOSEN_FROM_A_LIST.has(type))
    .flatMap((resource) => NAMES.flatMap((property) => named(resource, property)))
    .filter(({ value }) => !form.test(value))
    .map(({ resource, value }) => `${nameOf(resource)}: ${value}`);
}

function named(resource: RecordedResource, property: string): { resource: RecordedResource; value: string }[] {
  const value: unknown = resource.inputs[property];
  // References to another resource's name are checked there.
  const own = typeof value === "string" && !["bucket", "clusterIdentifier"].includes(property);
  const owner = resource.type === "aws:s3/bucket:Bucket" || resource.type === "aws:rds/cluster:Cluster";
  return typeof value === "string" && (own || owner) ? [{ resource, value }] : [];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
export interface RecordedStatement extends PolicyStatement {
  readonly resource: RecordedResource;
  readonly actions: readonly string[];
}

/** Every policy statement of the stack: identity policies, resource policies, trust policies. */
export function statements(stack: Recording): readonly RecordedStatement[] {
  return stack.resources.flatMap((resource) =>
    ["policy", "assumeRolePolicy", "policyDocument"].flatMap((property) => {
      const document: unknown = resource.inputs[property];
      if (typeof document !== "string") return [];
      const { Statement } = JSON.parse(document) as { Statement: readonly PolicyStatement[] };
      return Statement.map((statement) => ({ ...statement, resource, actions: [statement.Action ?? []].flat() }));
    }),
  );
}

/** Allowances of everything, or of everything of a service. A permission boundary is a ceiling and grants nothing. */
export function wildcardAllowances(stack: Recording): readonly string[] {
  return statements(stack)
    .filter(({ Effect, resource }) => Effect === "Allow" && resource.name !== "permission-boundary")
    .filter(
      ({ actions, NotAction }) =>
        NotAction !== undefined || actions.some((action) => action === "*" || action.endsWith(":*")),
    )
    .map(({ Sid, resource }) => `${nameOf(resource)}: ${Sid}`);
}

/** Allowances for everybody. An endpoint's policy takes no other principal for roles; its conditions say who is meant. */
export function allowancesForEverybody(stack: Recording): readonly string[] {
  return statements(stack)
    .filter(
      ({ Effect, Principal, resource }) =>
        Effect === "Allow" && Principal === "*" && resource.type !== "aws:ec2/vpcEndpoint:VpcEndpoint",
    )
    .map(({ Sid, resource }) => `${nameOf(resource)}: ${Sid}`);
}

/** Roles without the platform's ceiling. */
export function rolesWithoutBoundary(stack: Recording): readonly string[] {
  return stack
    .ofType("aws:iam/role:Role")
    .filter(({ inputs }) => !inputs.permissionsBoundary)
    .map(nameOf);
}

/** Policy documents that AWS would refuse for their size, white space aside. */
export function oversizedPolicies(stack: Recording): readonly string[] {
  const limits: Readonly<Record<string, number>> = {
    "aws:iam/policy:Policy": 6_144,
    "aws:iam/rolePolicy:RolePolicy": 10_240,
    "aws:s3/bucketPolicy:BucketPolicy": 20_480,
    "aws:efs/fileSystemPolicy:FileSystemPolicy": 20_000,
    "aws:kms/key:Key": 32_768,
    "aws:secretsmanager/secretPolicy:SecretPolicy": 20_480,
  };
  return stack.resources
    .filter(({ type, inputs }) => String(inputs.policy ?? "").replaceAll(/\s/g, "").length > (limits[type] ?? Infinity))
    .map(nameOf);
}
