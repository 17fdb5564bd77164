import type { Rule } from "../rule.ts";

interface Container {
  readonly name?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly linuxParameters?: { readonly capabilities?: { readonly drop?: readonly string[] } };
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

function containersOf(props: Readonly<Record<string, unknown>>): readonly Container[] {
  const definitions = props.containerDefinitions;
  return typeof definitions === "string" ? (JSON.parse(definitions) as Container[]) : [];
}

export const taskHardening: Rule = {
  name: "task-hardening",
  pins: "POL-22, COMP-11",
  holds: "A container runs as a named user without privileges, on a read-only root, without capabilities.",
  remedy:
    "Set user, readonlyRootFilesystem, privileged: false and drop ALL capabilities; leave pidMode and ipcMode unset.",
  types: ["aws:ecs/taskDefinition:TaskDefinition"],
  check: ({ props }) => [
    ...["pidMode", "ipcMode"].filter((mode) => props[mode]).map((mode) => `${mode} is set.`),
    ...(props.taskRoleArn && props.taskRoleArn === props.executionRoleArn
      ? ["The task and its execution share a role."]
      : []),
    ...containersOf(props).flatMap((container) => [
      ...(/^[1-9][0-9]*(:[1-9][0-9]*)?$/.test(container.user ?? "")
        ? []
        : [`${container.name}: user is ${container.user ?? "not set (root)"}.`]),
      ...(container.readonlyRootFilesystem === true ? [] : [`${container.name}: the root file system is writable.`]),
      ...(container.privileged === true ? [`${container.name}: privileged.`] : []),
      ...(container.linuxParameters?.capabilities?.drop?.includes("ALL")
        ? []
        : [`${container.name}: capabilities are kept.`]),
    ]),
  ],
};

/** Names and values that look like a credential; an ARN of a secret is none. */
const CREDENTIAL_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
const HARMLESS_NAME = /(_ARN(_[AB])?|_ISSUER|_PREFIX|_USER_ID|_NAME)$/;
const CREDENTIAL_VALUE = /(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN|:\/\/[^/\s:]+:[^/\s@]+@/;

export const noCredentialVariables: Rule = {
  name: "no-credential-variables",
  pins: "POL-21, COMP-12",
  holds: "A task's or function's environment holds names, ARNs, endpoints and numbers only.",
  remedy: "Pass the secret's ARN and fetch the value at run time.",
  types: ["aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"],
  check: ({ type, props }) => {
    const variables =
      type === "aws:lambda/function:Function"
        ? Object.entries((props.environment as { variables?: Record<string, string> } | undefined)?.variables ?? {})
        : containersOf(props).flatMap((c) => (c.environment ?? []).map(({ name, value }) => [name, value] as const));
    return variables.flatMap(([name, value]) => {
      if (CREDENTIAL_VALUE.test(value)) return [`${name} holds what looks like a credential.`];
      return CREDENTIAL_NAME.test(name) && !HARMLESS_NAME.test(name) ? [`${name} is named like a credential.`] : [];
    });
  },
};

export const auroraComplete: Rule = {
  name: "aurora-complete",
  pins: "POL-17, DATA-8",
  holds: "Aurora is encrypted, keeps backups, manages its master password and logs.",
  remedy: "Set the named property as DATA-8 says.",
  types: ["aws:rds/cluster:Cluster"],
  check: ({ props }) => [
    ...["storageEncrypted", "manageMasterUserPassword", "iamDatabaseAuthenticationEnabled", "copyTagsToSnapshot"]
      .filter((property) => props[property] !== true)
      .map((property) => `${property} is not true.`),
    ...(Number(props.backupRetentionPeriod) >= 1 ? [] : ["backupRetentionPeriod is not set."]),
    ...([props.enabledCloudwatchLogsExports ?? []].flat().includes("postgresql")
      ? []
      : ["The postgresql log is not exported."]),
    ...(props.port === 5432 || props.port === undefined ? ["The cluster listens on the default port."] : []),
    ...(props.availabilityZones ? ["availabilityZones is set: every later plan would replace the cluster."] : []),
  ],
};
