import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Cluster } from "./cluster.ts";
import type { LoadBalancer } from "./load-balancer.ts";

/** 600 requests a second and task, the measured capacity with a third in reserve for the loss of a zone. */
const REQUESTS_PER_TASK_AND_MINUTE = 36_000;
const CPU_PERCENT = 60;
/** Out at once, in slowly: a queue of students at nine o'clock does not come as a slope. */
const COOLDOWN = { scaleOutCooldown: 30, scaleInCooldown: 300 };

/** Two targets: requests see the rush coming, CPU sees requests that got dearer. The larger answer wins. */
export function scaleWithLoad(
  { settings }: Config,
  args: { cluster: Cluster; service: aws.ecs.Service; loadBalancer: LoadBalancer },
  parent: pulumi.Resource,
): void {
  const { min, max } = settings.sizing.api.tasks;
  const target = new aws.appautoscaling.Target(
    "api",
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${args.cluster.name}/${args.service.name}`,
      minCapacity: min,
      maxCapacity: max,
      tags: tagsFor({ classification: "internal", retention: "none" }),
    },
    { parent },
  );
  const follow = (
    purpose: string,
    metric: pulumi.Input<string>,
    targetValue: number,
    resourceLabel?: pulumi.Input<string>,
  ) =>
    new aws.appautoscaling.Policy(
      `api-${purpose}`,
      {
        name: settings.name(`api-${purpose}`, "ecs"),
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: metric, resourceLabel },
          targetValue,
          ...COOLDOWN,
        },
      },
      { parent },
    );
  const { arnSuffix, targetGroup } = args.loadBalancer;
  follow(
    "requests",
    "ALBRequestCountPerTarget",
    REQUESTS_PER_TASK_AND_MINUTE,
    pulumi.interpolate`${arnSuffix}/${targetGroup.arnSuffix}`,
  );
  follow("cpu", "ECSServiceAverageCPUUtilization", CPU_PERCENT);
}
