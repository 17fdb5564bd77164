import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { metricAlarm } from "./alarms/metric-alarm.ts";
import { deploymentHealth } from "./alarms/service-health.ts";
import { healthyTasksMin } from "./alarms/watching.ts";
import type { LoadBalancer } from "./load-balancer.ts";

/**
 * Alarms that undo a deployment. They look at the load balancer alone, so they are there before the service that names
 * them. The first deployment finds the one on healthy tasks raised: ECS leaves out what was raised when it began.
 */
export class DeploymentAlarms extends pulumi.ComponentResource {
  readonly names: readonly pulumi.Output<string>[];

  constructor(name: string, config: Config, args: { loadBalancer: LoadBalancer }) {
    super("srs:compute:DeploymentAlarms", name);
    const { arnSuffix, targetGroup } = args.loadBalancer;
    const rows = deploymentHealth({
      loadBalancer: { arnSuffix, targetGroupArnSuffix: targetGroup.arnSuffix },
      healthyTasksMin: healthyTasksMin(config),
    });
    this.names = rows.map((row) => metricAlarm(config, row, { parent: this }).name);
    this.registerOutputs({ names: this.names });
  }
}
