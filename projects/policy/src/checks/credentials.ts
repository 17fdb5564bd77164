import type { ResourceRule } from "../rule.ts";
import { isGiven } from "../unknown.ts";
import { containersOf } from "./containers.ts";

const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/cluster:Cluster": ["masterPassword", "masterPasswordWo"],
  "aws:rds/instance:Instance": ["password", "passwordWo"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["authToken"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary", "secretStringWo"],
};

export const noSecretValues: ResourceRule = {
  id: "POL-20",
  name: "no-secret-values",
  pins: "DATA-43",
  holds: "No credential passes through a program: the services and the bootstrap make them.",
  remedy: "Use manageMasterUserPassword, user groups, and secrets without a version.",
  level: "mandatory",
  scope: "resource",
  types: Object.keys(SECRET_INPUTS),
  check: ({ type, props }) =>
    (SECRET_INPUTS[type] ?? []).filter((property) => isGiven(props, property)).map((property) => `${property} is set.`),
};

/** Names and values that look like a credential; an ARN of a secret is none. */
const CREDENTIAL_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
const HARMLESS_NAME = /(_ARN(_[AB])?|_ISSUER|_PREFIX|_USER_ID|_NAME)$/;
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
