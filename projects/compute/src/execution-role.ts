import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { ServiceRole } from "./service-role.ts";

/** What Fargate does before our code runs: pull the image, open the log stream. It reads no secret. */
export function executionRole(
  config: Config,
  args: { repositoryArn: pulumi.Input<string>; logGroups: readonly aws.cloudwatch.LogGroup[] },
  opts: pulumi.ComponentResourceOptions,
): ServiceRole {
  return new ServiceRole(
    config,
    {
      role: "api-execution",
      service: "ecs-tasks",
      statements: [
        {
          Sid: "PullImage",
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
          Resource: args.repositoryArn,
        },
        { Sid: "SignInToRegistry", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        {
          Sid: "WriteLogs",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: args.logGroups.map((group) => pulumi.interpolate`${group.arn}:*`),
        },
      ],
    },
    opts,
  );
}
