/** What ECS does in a task's two roles before its container runs, and how it reports that it may not. */
import { mounting } from "../../access/actions/elasticfilesystem.ts";
import { pullingImage } from "../../access/actions/ecr.ts";
import { writingLog } from "../../access/actions/logs.ts";
import { readingSecret } from "../../access/actions/secretsmanager.ts";
import type { Use } from "../../access/index.ts";
import type { Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { parseImageReference } from "../ecr/reference.ts";
import type { TaskDefinition } from "./task-definition.ts";

const SERVICE = "ecs-tasks.amazonaws.com";

/** @throws what ECS gives as the reason why the task stopped */
export function requireStartRoles(cloud: Cloud, taskId: string, definition: TaskDefinition): void {
  const { taskRoleArn, executionRoleArn } = definition;
  for (const role of [executionRoleArn, taskRoleArn]) {
    if (role !== undefined) requireTrust(cloud, role, taskId);
  }
  if (executionRoleArn !== undefined) requireExecution(cloud, executionRoleArn, taskId, definition);
  if (taskRoleArn !== undefined) requireMounts(cloud, taskRoleArn, definition);
}

function requireTrust(cloud: Cloud, roleArn: string, taskId: string): void {
  const why = cloud.access.trustRefusal(roleArn, SERVICE, arn("ecs", `task/${taskId}`));
  if (why === undefined) return;
  throw new Error(
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being ` +
      `passed has the proper trust relationship and permissions: ${why}`,
  );
}

function requireExecution(cloud: Cloud, roleArn: string, taskId: string, { container }: TaskDefinition): void {
  const require = (reported: string, uses: readonly Use[]): void => {
    const why = cloud.access.roleRefusal(roleArn, uses);
    if (why !== undefined) throw new Error(`${reported}: AccessDeniedException: ${why}`);
  };
  const { repository } = parseImageReference(container.image);
  require(`CannotPullContainerError: failed to resolve ref ${container.image}`, pullingImage(repository));

  const { logDriver, options = {} } = container.logConfiguration ?? {};
  if (logDriver === "awslogs") {
    const stream = `${options["awslogs-stream-prefix"] ?? ""}/${container.name}/${taskId}`;
    require("ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream", writingLog(
      options["awslogs-group"] ?? "",
      stream,
    ));
  }
  for (const { valueFrom } of container.secrets ?? []) {
    const secretArn = valueFrom.split(":").slice(0, 7).join(":");
    require(`ResourceInitializationError: unable to pull secrets or registry auth: failed to fetch secret ${secretArn}`, readingSecret(
      cloud.access.account,
      secretArn,
    ));
  }
}

/**
 * On AWS a client without ClientWrite mounts and fails at its first write. A folder of this machine knows no such
 * client, so that a mount which is to be written to is refused as a whole. A file system without a policy takes
 * everybody, and so does one that is mounted without IAM: then there is nobody to be weighed.
 */
function requireMounts(cloud: Cloud, roleArn: string, { container, volumes }: TaskDefinition): void {
  for (const { sourceVolume, readOnly } of container.mountPoints ?? []) {
    const efs = volumes.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
    const fileSystemId = efs?.fileSystemId as string | undefined;
    if (fileSystemId === undefined || efs?.authorizationConfig?.iam !== "ENABLED") continue;
    const policies = cloud.access.account.ofType("aws:efs/fileSystemPolicy:FileSystemPolicy");
    if (!policies.some(({ inputs }) => inputs.fileSystemId === fileSystemId)) continue;
    const mount = {
      fileSystemId,
      accessPointId: efs.authorizationConfig.accessPointId as string | undefined,
      readOnly: readOnly === true,
      encrypted: efs.transitEncryption === "ENABLED",
    };
    const why = cloud.access.roleRefusal(roleArn, mounting(mount));
    if (why === undefined) continue;
    throw new Error(
      "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: mount.nfs4: access denied " +
        `by server while mounting ${fileSystemId}: ${why}`,
    );
  }
}
