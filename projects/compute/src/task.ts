import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { hardenedContainer, SCRATCH_VOLUME } from "./container.ts";

export interface TaskArgs {
  readonly purpose: string;
  readonly image: pulumi.Input<string>;
  readonly command: readonly string[];
  readonly environment: pulumi.Input<{ name: string; value: string }[]>;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  readonly port?: number;
  readonly healthCheck?: readonly string[];
  /** Access points of the shared file system, by volume name. */
  readonly files?: Readonly<Record<string, { accessPointId: pulumi.Input<string>; path: string; readOnly: boolean }>>;
}

/** A task definition with the one container of that name, hardened. */
export function hardenedTask(
  config: Config,
  args: TaskArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  const { settings } = config;
  const files = Object.entries(args.files ?? {});
  const container = pulumi
    .all([args.image, args.environment, args.logGroup.name])
    .apply(([image, environment, logGroup]) =>
      hardenedContainer({
        name: args.purpose,
        image,
        command: args.command,
        environment,
        logGroup,
        region: settings.region,
        port: args.port,
        healthCheck: args.healthCheck,
        mounts: files.map(([volume, { path, readOnly }]) => ({ volume, path, readOnly })),
      }),
    );
  return new aws.ecs.TaskDefinition(
    args.purpose,
    {
      family: settings.name(args.purpose, "ecs"),
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      cpu: String(settings.sizing.api.cpu),
      memory: String(settings.sizing.api.memoryMiB),
      executionRoleArn: args.executionRoleArn,
      taskRoleArn: args.taskRoleArn,
      enableFaultInjection: settings.sizing.faultInjection,
      containerDefinitions: pulumi.jsonStringify([container]),
      volumes: [
        // Part of the task's own disk, which is under key `compute` and gone with the task.
        { name: SCRATCH_VOLUME },
        ...files.map(([name, { accessPointId }]) => ({
          name,
          efsVolumeConfiguration: {
            fileSystemId: config.data.files.fileSystemId,
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId, iam: "ENABLED" },
          },
        })),
      ],
      tags: tagsFor({ classification: "pii", retention: "none" }),
    },
    opts,
  );
}
