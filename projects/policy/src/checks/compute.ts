import type { ResourceRule } from "../rule.ts";
import { containersOf, type Container } from "./containers.ts";

export const taskHardening: ResourceRule = {
  id: "POL-22",
  name: "task-hardening",
  pins: "COMP-11",
  holds: "A container runs as a named user without privileges, on a read-only root, without capabilities.",
  remedy:
    "Set user, readonlyRootFilesystem, privileged: false and drop ALL capabilities; leave pidMode and ipcMode unset.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:ecs/taskDefinition:TaskDefinition"],
  check: ({ props }) => [
    ...["pidMode", "ipcMode"].map((mode) => () => props[mode] !== undefined && `${mode} is set.`),
    () =>
      props.taskRoleArn !== undefined &&
      props.taskRoleArn === props.executionRoleArn &&
      "The task and its execution share a role.",
    () => containersOf(props).flatMap(soft),
  ],
};

function soft({ name, user, readonlyRootFilesystem, privileged, linuxParameters }: Container) {
  return [
    !/^[1-9][0-9]*(:[1-9][0-9]*)?$/.test(user ?? "") && `${name}: user is ${user ?? "not set (root)"}.`,
    readonlyRootFilesystem !== true && `${name}: the root file system is writable.`,
    privileged === true && `${name}: privileged.`,
    !linuxParameters?.capabilities?.drop?.includes("ALL") && `${name}: capabilities are kept.`,
  ];
}

export const auroraComplete: ResourceRule = {
  id: "POL-17",
  name: "aurora-complete",
  pins: "DATA-8",
  holds: "Aurora is encrypted, keeps backups, manages its master password and logs.",
  remedy: "Set the named property as DATA-8 says.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:rds/cluster:Cluster"],
  check: ({ props }) => [
    ...["storageEncrypted", "manageMasterUserPassword", "iamDatabaseAuthenticationEnabled", "copyTagsToSnapshot"].map(
      (property) => () => props[property] !== true && `${property} is not true.`,
    ),
    () => Number(props.backupRetentionPeriod ?? 0) < 1 && "backupRetentionPeriod is not set.",
    () =>
      ![props.enabledCloudwatchLogsExports ?? []].flat().includes("postgresql") &&
      "The postgresql log is not exported.",
    () => (props.port === 5432 || props.port === undefined) && "The cluster listens on the default port.",
    () =>
      props.availabilityZones !== undefined && "availabilityZones is set: every later plan would replace the cluster.",
  ],
};
