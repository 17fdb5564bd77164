import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { ServiceRole } from "./service-role.ts";

/**
 * GuardDuty puts its agent beside every task, from a repository of AWS's own in this Region: without it no task starts.
 * https://docs.aws.amazon.com/guardduty/latest/ug/runtime-monitoring-ecr-repository-gdu-agent.html
 */
const THREAT_DETECTION_AGENT = "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate";

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
          Resource: [args.repositoryArn, THREAT_DETECTION_AGENT],
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
