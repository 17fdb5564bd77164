import type { AlarmRow } from "./alarm.ts";
import { gateway, targets } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** COMP-70 and COMP-72: while one of these is raised a deployment goes back to what ran before. */
export function deploymentHealth(
  watched: Pick<Watched, "loadBalancer" | "healthyTasksMin"> & Partial<Watched>,
): readonly AlarmRow[] {
  const at = watched as Watched;
  return [
    {
      purpose: "tasks-fail",
      rule: "COMP-70",
      says: "More than one request in a hundred fails in the tasks",
      todo: "A deployment under way is rolled back by itself. Otherwise look for errors in the log of the API.",
      subject: {
        expression: "IF(requests >= 20, 100 * failures / requests, 0)",
        label: "Requests that fail in tasks, %",
        metrics: {
          failures: targets(at, "HTTPCode_Target_5XX_Count", "Sum"),
          requests: targets(at, "RequestCount", "Sum"),
        },
      },
      periodSeconds: 60,
      comparison: "above",
      threshold: 1,
      points: [2, 2],
      missing: "notBreaching",
      urgency: "page",
    },
    {
      purpose: "tasks-unhealthy",
      rule: "COMP-72",
      says: `Fewer than ${watched.healthyTasksMin} tasks are healthy`,
      todo: "See why tasks stop: the service's events and the last lines of their logs.",
      subject: { metric: targets(at, "HealthyHostCount", "Minimum") },
      periodSeconds: 60,
      comparison: "below",
      threshold: watched.healthyTasksMin,
      points: [2, 2],
      // A load balancer that reports no target has none.
      missing: "breaching",
      urgency: "page",
    },
  ];
}

/** COMP-71: what callers see, whatever is behind it. */
export function gatewayHealth(watched: Watched): readonly AlarmRow[] {
  return [
    {
      purpose: "gateway-fails",
      rule: "COMP-71",
      says: "The gateway answers more than one request in two hundred with a failure",
      todo: "Compare with the failures of the tasks: without them it is the private link, the load balancer or a limit.",
      subject: {
        expression: "IF(failures >= 5, 100 * failures / requests, 0)",
        label: "Failed requests, %",
        metrics: { failures: gateway(watched, "5XXError", "Sum"), requests: gateway(watched, "Count", "Sum") },
      },
      periodSeconds: 300,
      comparison: "above",
      threshold: 0.5,
      points: [1, 1],
      missing: "notBreaching",
      urgency: "page",
    },
    {
      purpose: "gateway-slow",
      rule: "COMP-71",
      says: "One request in a hundred takes longer than 1.5 seconds at the gateway",
      todo: "Compare with the integration's latency: what is in between is the gateway's own.",
      subject: { metric: gateway(watched, "Latency", "p99") },
      periodSeconds: 60,
      comparison: "above",
      threshold: 1_500,
      points: [3, 5],
      missing: "notBreaching",
      urgency: "look",
    },
  ];
}
