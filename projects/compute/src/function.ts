import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, type Classification } from "@records/conventions";
import type { Config } from "../config.ts";
import { applicationLogGroup } from "./log-group.ts";
import type { ServiceRole } from "./service-role.ts";

export interface FunctionArgs {
  readonly purpose: string;
  readonly role: ServiceRole;
  /** Folder whose `index.mjs` exports `handler`. */
  readonly folder: string;
  readonly environment: pulumi.Input<Record<string, string>>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly concurrency: number;
  readonly classification: Classification;
}

export interface PrivateFunction {
  readonly lambda: aws.lambda.Function;
  /** Whoever calls the function calls this: a new version is in use when it moves, and the old one until then. */
  readonly live: aws.lambda.Alias;
  /** What the contract tells of a function. */
  readonly published: Readonly<Record<"arn" | "aliasArn" | "logGroupName", pulumi.Output<string>>>;
}

/** Managed by AWS, and without it `CreateFunction` in a VPC is refused. */
export const FUNCTION_POLICIES = ["AWSLambdaVPCAccessExecutionRole"];

/** A function in the private subnets, its variables under our key, its log group made beforehand, each version kept. */
export function privateFunction(
  config: Config,
  args: FunctionArgs,
  opts: pulumi.CustomResourceOptions,
): PrivateFunction {
  const { settings, security, network } = config;
  const logs = applicationLogGroup(config, `function-${args.purpose}`, { parent: opts.parent });
  const lambda = new aws.lambda.Function(
    args.purpose,
    {
      name: settings.name(args.purpose, "lambda"),
      role: args.role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.FileArchive(args.folder),
      environment: { variables: args.environment },
      kmsKeyArn: security.kmsKeyArns.compute,
      vpcConfig: { subnetIds: network.privateSubnetIds, securityGroupIds: [args.securityGroupId] },
      timeout: args.timeoutSeconds,
      memorySize: args.memoryMiB,
      reservedConcurrentExecutions: args.concurrency,
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: logs.name, applicationLogLevel: "INFO", systemLogLevel: "INFO" },
      publish: true,
      tags: tagsFor({ classification: args.classification, retention: "none" }),
    },
    { ...opts, dependsOn: [...args.role.grants] },
  );
  const live = new aws.lambda.Alias(
    `${args.purpose}-live`,
    { name: "live", functionName: lambda.name, functionVersion: lambda.version },
    { parent: opts.parent },
  );
  // A function that sets itself going again, by whatever way, is stopped.
  new aws.lambda.FunctionRecursionConfig(
    args.purpose,
    { functionName: lambda.name, recursiveLoop: "Terminate" },
    { parent: opts.parent },
  );
  return { lambda, live, published: { arn: lambda.arn, aliasArn: live.arn, logGroupName: logs.name } };
}
