import type { ResourceRule } from "../rule.ts";
import { holdsUnknown, isGiven } from "../unknown.ts";
import { containersOf } from "./containers.ts";

const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/cluster:Cluster": ["masterPassword", "masterPasswordWo"],
  "aws:rds/instance:Instance": ["password", "passwordWo"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["authToken"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary", "secretStringWo"],
};

/** A throw-away value at creation, which the bootstrap replaces: encrypted in the state all the same. */
const MARKED_INPUTS: Readonly<Record<string, readonly string[]>> = {
  "aws:elasticache/user:User": ["passwords", "authenticationMode.passwords"],
};

export const noSecretValues: ResourceRule = {
  id: "POL-20",
  name: "no-secret-values",
  pins: "DATA-24, DATA-43",
  holds: "No credential passes through a program: the services and the bootstrap make them.",
  remedy:
    "Use manageMasterUserPassword, user groups, and secrets without a version; wrap a first password in pulumi.secret.",
  level: "mandatory",
  scope: "resource",
  types: [...Object.keys(SECRET_INPUTS), ...Object.keys(MARKED_INPUTS)],
  check: ({ type, props, secretsUnmarked }) => [
    (SECRET_INPUTS[type] ?? []).filter((property) => isGiven(props, property)).map((property) => `${property} is set.`),
    // A plan says nothing about marks; the deployed state is judged too.
    (secretsUnmarked ? [] : (MARKED_INPUTS[type] ?? [])).map(
      (path) => inClear(props, path) && `${path} is not marked as a secret.`,
    ),
  ],
};

/** Whether something is there that neither is a secret nor may still become one. */
function inClear(props: object, path: string): boolean {
  // Not through the watched data: it throws at a secret as it does at what is not known yet.
  const value = path
    .split(".")
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null ? Object.getOwnPropertyDescriptor(inner, key)?.value : undefined,
      props,
    );
  return value !== undefined && value !== null && !holdsUnknown(value);
}

/** Names and values that look like a credential; an ARN of a secret is none. */
const CREDENTIAL_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
const HARMLESS_NAME = /(_ARNS?(_[AB])?|_ISSUER|_PREFIX|_USER_ID|_NAME)$/;
const CREDENTIAL_VALUE = /(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN|:\/\/[^/\s:]+:[^/\s@]+@/;

export const noCredentialVariables: ResourceRule = {
  id: "POL-21",
  name: "no-credential-variables",
  pins: "COMP-12",
  holds: "A task's or function's environment holds names, ARNs, endpoints and numbers only.",
  remedy: "Pass the secret's ARN and fetch the value at run time.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"],
  check: ({ type, props }) => {
    if (type === "aws:ecs/taskDefinition:TaskDefinition") {
      return containersOf(props).flatMap(({ environment = [] }) =>
        environment.map(({ name, value }) => [credentialName(name), credentialValue(name, value)]),
      );
    }
    const variables = (props.environment as { variables?: Record<string, string> } | undefined)?.variables ?? {};
    return Object.keys(variables).map((name) => [
      credentialName(name),
      () => credentialValue(name, String(variables[name])),
    ]);
  },
};

const credentialName = (name: string) =>
  CREDENTIAL_NAME.test(name) && !HARMLESS_NAME.test(name) && `${name} is named like a credential.`;
const credentialValue = (name: string, value: string) =>
  CREDENTIAL_VALUE.test(value) && `${name} holds what looks like a credential.`;
