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

/** A task that is full of answers under way slows down by collecting garbage before its CPU shows it. */
const MEMORY_PERCENT = 75;
/** Of the university: an enrolment window opens by its clock, also on the day that clocks change. */
const TIME_ZONE = "America/New_York";

/**
 * Three targets: requests see the rush coming, CPU sees requests that got dearer, memory sees answers that got larger.
 * The largest answer wins. The weeks of enrolment are known beforehand, so tasks wait for them.
 */
export function scaleWithLoad(
  config: Config,
  args: { cluster: Cluster; service: aws.ecs.Service; loadBalancer: LoadBalancer },
  parent: pulumi.Resource,
): void {
  const { settings } = config;
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
  follow("memory", "ECSServiceAverageMemoryUtilization", MEMORY_PERCENT);
  scaleBeforeEnrolment(config, target, parent);
}

/** The minimum alone moves: what the load asks for above it stays with the policies. */
function scaleBeforeEnrolment(
  { settings, enrollmentWindow }: Config,
  target: aws.appautoscaling.Target,
  parent: pulumi.Resource,
): void {
  const at = (purpose: string, schedule: string, minCapacity: number) =>
    new aws.appautoscaling.ScheduledAction(
      `api-${purpose}`,
      {
        name: settings.name(`api-${purpose}`, "ecs"),
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        schedule,
        timezone: TIME_ZONE,
        scalableTargetAction: { minCapacity },
      },
      { parent },
    );
  at("enrollment-opens", enrollmentWindow.opens, enrollmentWindow.minTasks);
  at("enrollment-closes", enrollmentWindow.closes, settings.sizing.api.tasks.min);
}
