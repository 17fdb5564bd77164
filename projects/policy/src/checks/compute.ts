import type { ResourceRule } from "../rule.ts";
import { containersOf, type Container } from "./containers.ts";
import { wrongSettings, type SettingsByType } from "./settings.ts";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SETTINGS: SettingsByType = {
  [TASK]: {
    exactly: { networkMode: "awsvpc" },
    given: ["taskRoleArn", "executionRoleArn"],
    absent: ["pidMode", "ipcMode"],
  },
};

export const taskHardening: ResourceRule = {
  id: "POL-22",
  name: "task-hardening",
  pins: "COMP-11, COMP-12, COMP-13",
  holds:
    "A container runs on Fargate as a named user without privileges, on a read-only root, without capabilities and " +
    "without injected secrets; it logs, and its files come over TLS through an access point.",
  remedy:
    "Set user, readonlyRootFilesystem, privileged: false, drop ALL capabilities and set logConfiguration; leave pidMode, " +
    "ipcMode and secrets unset.",
  level: "mandatory",
  scope: "resource",
  types: [TASK],
  check: (resource) => [
    wrongSettings(SETTINGS, resource),
    () => ![resource.props.requiresCompatibilities ?? []].flat().includes("FARGATE") && "The task is not for Fargate.",
    () =>
      resource.props.taskRoleArn !== undefined &&
      resource.props.taskRoleArn === resource.props.executionRoleArn &&
      "The task and its execution share a role.",
    () => containersOf(resource.props).flatMap(soft),
    () => volumesOf(resource.props).map(openVolume),
  ],
};

function soft(container: Container) {
  const { name, user, readonlyRootFilesystem, privileged, linuxParameters, secrets, logConfiguration } = container;
  return [
    !/^[1-9][0-9]*(:[1-9][0-9]*)?$/.test(user ?? "") && `${name}: user is ${user ?? "not set (root)"}.`,
    readonlyRootFilesystem !== true && `${name}: the root file system is writable.`,
    privileged === true && `${name}: privileged.`,
    !linuxParameters?.capabilities?.drop?.includes("ALL") && `${name}: capabilities are kept.`,
    // A value that is injected at the start does not follow a rotation.
    (secrets?.length ?? 0) > 0 && `${name}: secrets are injected into the environment.`,
    logConfiguration?.logDriver !== "awslogs" && `${name}: logs go nowhere.`,
  ];
}

interface Volume {
  readonly name: string;
  readonly efsVolumeConfiguration?: {
    readonly transitEncryption?: string;
    readonly authorizationConfig?: { readonly accessPointId?: string; readonly iam?: string };
  };
}

const volumesOf = (props: Readonly<Record<string, unknown>>) =>
  [props.volumes ?? []].flat() as unknown as readonly Volume[];

function openVolume({ name, efsVolumeConfiguration: efs }: Volume) {
  if (efs === undefined) return [];
  return [
    efs.transitEncryption !== "ENABLED" && `Volume ${name}: transitEncryption is not ENABLED.`,
    efs.authorizationConfig?.iam !== "ENABLED" && `Volume ${name}: its role is not asked (authorizationConfig.iam).`,
    () => efs.authorizationConfig?.accessPointId === undefined && `Volume ${name}: no access point.`,
  ];
}
