import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { AwsApi } from "../../aws-api/index.ts";
import { REGION, type Cloud, type ProcessSpec, type Service } from "../../cloud.ts";
import type { EcrService, StoredImage } from "../ecr/index.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** The one thing that tasks need of EFS. */
interface EfsService extends Service {
  localPathOf(accessPointId: string): string;
}

export interface TaskIdentity {
  /** 32 hex digits, as in its ARN. */
  readonly id: string;
  readonly processName: string;
  readonly port: number;
}

/** How a container's process is started here, and what its health check command needs. */
export interface TaskProcess {
  readonly spec: ProcessSpec;
  /** A command of this container as it runs on this machine. */
  readonly local: (command: readonly string[]) => readonly string[];
}

const DEFAULT_STOP_TIMEOUT_S = 30;

/**
 * A container becomes a process: paths of the image become paths of its folder, mounts become folders named by the
 * environment, and the environment is the task definition's with what the platform adds.
 */
export async function taskProcess(cloud: Cloud, task: TaskIdentity, definition: TaskDefinition): Promise<TaskProcess> {
  const { container } = definition;
  const image = await cloud.service<EcrService>("ecr").pull(container.image);
  const mounts = await mountsOf(cloud, task, definition);
  const local = (command: readonly string[]): readonly string[] => localCommand(command, image);

  // As Docker does: another entry point makes the image's CMD meaningless.
  const entrypoint = container.entryPoint ?? image.config.entrypoint;
  const command = container.command ?? (container.entryPoint === undefined ? image.config.cmd : []);
  const [program, ...args] = local([...entrypoint, ...command]);
  if (program === undefined) throw new Error(`CannotStartContainerError: ${container.image} names no command to run.`);

  const home = scratchFolder(cloud, task.id);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const tmp = mounts.get("/tmp");
  const env: Record<string, string> = {
    HOME: home, // not the developer's: an AWS configuration there is not the task's
    ...image.config.env,
    ...withMounts(Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name, value])), mounts),
    ...(await secretsOf(cloud, definition)),
    ...(tmp !== undefined && { TMPDIR: tmp }),
    ...platformEnvironment(cloud, definition),
    PORT: String(task.port),
  };
  const workdir = container.workingDirectory ?? image.config.workdir;
  return {
    local,
    spec: {
      name: task.processName,
      command: program,
      args,
      env,
      cwd: join(image.rootfs, workdir),
      restart: "never", // the service starts another task instead
      stopSignal: (image.config.stopSignal ?? "SIGTERM") as NodeJS.Signals,
      stopTimeoutMs: (container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_S) * 1000,
    },
  };
}

/** Removes what a task had for itself. */
export async function removeScratch(cloud: Cloud, taskId: string): Promise<void> {
  await rm(scratchFolder(cloud, taskId), { recursive: true, force: true });
}

const scratchFolder = (cloud: Cloud, taskId: string): string => join(cloud.home, "tasks", taskId);

/** `node` is the cloud's own Node; an absolute path that the image holds is the file in its folder. */
export function localCommand(command: readonly string[], image: Pick<StoredImage, "rootfs">): readonly string[] {
  return command.map((word, index) => {
    if (index === 0 && (word === "node" || word.endsWith("/bin/node"))) return process.execPath;
    const inImage = join(image.rootfs, word);
    return word.startsWith("/") && word !== "/" && existsSync(inImage) ? inImage : word;
  });
}

/** Folders by the path at which the container expects them. */
async function mountsOf(
  cloud: Cloud,
  task: TaskIdentity,
  definition: TaskDefinition,
): Promise<ReadonlyMap<string, string>> {
  const mounts = new Map<string, string>();
  for (const { sourceVolume, containerPath } of definition.container.mountPoints ?? []) {
    const volume = definition.volumes.find(({ name }) => name === sourceVolume);
    const efs = volume?.efsVolumeConfiguration;
    if (efs === undefined) {
      const scratch = join(scratchFolder(cloud, task.id), sourceVolume);
      await mkdir(scratch, { recursive: true, mode: 0o700 });
      mounts.set(containerPath, scratch);
      continue;
    }
    const accessPointId: unknown = efs.authorizationConfig?.accessPointId;
    if (typeof accessPointId !== "string") {
      throw new Error(
        `ResourceInitializationError: volume ${sourceVolume}: the local cloud mounts EFS through an access point; name one.`,
      );
    }
    mounts.set(containerPath, cloud.service<EfsService>("efs").localPathOf(accessPointId));
  }
  return mounts;
}

/** A value that is a mount's path, or lies below it, becomes the folder's path. */
export function withMounts(
  environment: Readonly<Record<string, string>>,
  mounts: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const local = (value: string): string => {
    for (const [path, folder] of mounts) {
      if (value === path || value.startsWith(`${path}/`)) return folder + value.slice(path.length);
    }
    return value;
  };
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, local(value)]));
}

/** What AWS puts into every container of the task. The certificate file stands for the image's trust store. */
function platformEnvironment(cloud: Cloud, definition: TaskDefinition): Readonly<Record<string, string>> {
  const { taskRoleArn } = definition;
  return {
    AWS_REGION: REGION,
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_ENDPOINT_URL: cloud.awsEndpointUrl,
    NODE_EXTRA_CA_CERTS: cloud.certificates.caFile,
    ...(taskRoleArn !== undefined && {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: cloud.service<AwsApi>("aws-api").containerCredentialsUrl(taskRoleArn),
    }),
  };
}

/** Fetches the `secrets` block, as ECS does before it starts a container. */
async function secretsOf(cloud: Cloud, definition: TaskDefinition): Promise<Readonly<Record<string, string>>> {
  const { secrets = [] } = definition.container;
  if (secrets.length === 0) return {};
  const client = new SecretsManagerClient({ ...cloud.sdk });
  try {
    const entries = secrets.map(async ({ name, valueFrom }) => [name, await secretValue(client, valueFrom)] as const);
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    client.destroy();
  }
}

/** `valueFrom` is a secret's ARN, with `:<json key>:<version stage>:<version id>` behind it when part of it is meant. */
async function secretValue(client: SecretsManagerClient, valueFrom: string): Promise<string> {
  const parts = valueFrom.split(":");
  const [key, stage, version] = parts.slice(7);
  const failed = (why: string): Error =>
    new Error(
      `ResourceInitializationError: unable to pull secrets or registry auth: ${parts.slice(0, 7).join(":")}: ${why}`,
    );
  const reply = await client
    .send(
      new GetSecretValueCommand({
        SecretId: parts.slice(0, 7).join(":"),
        ...(stage && { VersionStage: stage }),
        ...(version && { VersionId: version }),
      }),
    )
    .catch((error: Error) => {
      throw failed(error.name);
    });
  const text = reply.SecretString ?? "";
  if (!key) return text;
  const value: unknown = (JSON.parse(text) as Record<string, unknown>)[key];
  if (value === undefined) throw failed(`it has no key "${key}"`);
  return typeof value === "string" ? value : JSON.stringify(value);
}
