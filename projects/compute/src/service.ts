import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { capacityStrategy } from "./capacity.ts";
import type { Cluster } from "./cluster.ts";

export interface ServiceArgs {
  readonly purpose: string;
  readonly cluster: Cluster;
  readonly task: aws.ecs.TaskDefinition;
  readonly desiredCount: number;
  readonly securityGroupId: pulumi.Input<string>;
  /** Alarms of which one that fires during a deployment undoes it. */
  readonly deploymentAlarmNames?: readonly pulumi.Input<string>[];
  readonly loadBalancing?: { readonly targetGroupArn: pulumi.Input<string>; readonly port: number };
}

/**
 * A service that replaces its tasks one by one and goes back by itself when the new ones do not become healthy.
 * The update waits for that: a deployment is done when the new tasks serve, not when they were asked for.
 */
export function healingService(config: Config, args: ServiceArgs, opts: pulumi.CustomResourceOptions): aws.ecs.Service {
  const { settings, network } = config;
  return new aws.ecs.Service(
    args.purpose,
    {
      name: settings.name(args.purpose, "ecs"),
      cluster: args.cluster.arn,
      taskDefinition: args.task.arn,
      desiredCount: args.desiredCount,
      capacityProviderStrategies: capacityStrategy(settings.sizing),
      platformVersion: "LATEST",
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(args.deploymentAlarmNames && {
        alarms: { enable: true, rollback: true, alarmNames: [...args.deploymentAlarmNames] },
      }),
      availabilityZoneRebalancing: "ENABLED",
      enableExecuteCommand: false,
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
      networkConfiguration: {
        assignPublicIp: false,
        subnets: network.privateSubnetIds,
        securityGroups: [args.securityGroupId],
      },
      ...(args.loadBalancing && {
        healthCheckGracePeriodSeconds: 60,
        loadBalancers: [
          {
            containerName: args.purpose,
            containerPort: args.loadBalancing.port,
            targetGroupArn: args.loadBalancing.targetGroupArn,
          },
        ],
      }),
      waitForSteadyState: true,
      sigintRollback: true,
      tags: tagsFor({ classification: "pii", retention: "none" }),
    },
    opts,
  );
}
