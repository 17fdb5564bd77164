/** What callers see and what carries it: traffic, failures, latency, saturation, and the month's budget. */
import type { AlarmRow } from "../alarms/alarm.ts";
import { BURNS, burnThreshold, ERROR_BUDGET } from "../alarms/burn-rate.ts";
import { latency } from "../alarms/latency.ts";
import { canary, ecsService, firewall, gateway, own, targets } from "../alarms/metrics.ts";
import { deploymentHealth, gatewayHealth } from "../alarms/service-health.ts";
import type { Watched } from "../alarms/watched.ts";
import { limitOf, Widgets, type Line, type Widget } from "./widgets.ts";

const PERCENT = 100;

export function serviceDashboard(watched: Watched, alarmArns: readonly string[]): readonly (readonly Widget[])[] {
  const widgets = new Widgets(watched.region);
  const failures: readonly Line[] = [
    { metric: gateway(watched, "5XXError", "Sum"), label: "failures", id: "failures", hidden: true },
    { metric: gateway(watched, "Count", "Sum"), label: "requests", id: "requests", hidden: true },
  ];
  const percentFailed: Line = { expression: `${PERCENT} * failures / requests`, label: "Failed, %", id: "ratio" };
  return [
    [
      widgets.heading(
        `# Records API, ${watched.suffix}\nObjective: 99.99 % of requests in a month without a failure of ours. ` +
          "Red lines are thresholds of alarms, by the alarm's name.",
      ),
    ],
    [widgets.alarms("Alarms of the service", alarmArns)],
    [
      widgets.number("Requests in five minutes", [{ metric: gateway(watched, "Count", "Sum"), label: "Requests" }]),
      widgets.number("Failed, %", [...failures, percentFailed]),
      widgets.number("Slowest in a hundred, ms", [{ metric: gateway(watched, "Latency", "p99"), label: "p99" }]),
      widgets.number("Healthy tasks", [{ metric: targets(watched, "HealthyHostCount", "Minimum"), label: "Tasks" }]),
      widgets.number("Cache hits, %", [...cacheLines(watched), HIT_RATE]),
      widgets.number(
        "Budget burn, times",
        [...failures, { expression: `failures / requests / ${ERROR_BUDGET}`, label: "Burn rate", id: "burn" }],
        3_600,
      ),
    ],
    [traffic(widgets, watched), failed(widgets, watched, failures, percentFailed), gatewayLatency(widgets, watched)],
    [burn(widgets, failures), ...serviceLatency(widgets, watched)],
    [tasks(widgets, watched), ...saturation(widgets, watched)],
    [refused(widgets, watched), ...canaryRuns(widgets, watched)],
  ];
}

const HIT_RATE: Line = { expression: "100 * hits / (hits + misses)", label: "Hits, %", id: "rate" };

function cacheLines(watched: Watched): readonly Line[] {
  const outcome = (value: "hit" | "miss", id: string): Line => ({
    metric: own(watched, "cacheRequests", { outcome: value }, "Sum"),
    label: id,
    id,
    hidden: true,
  });
  return [outcome("hit", "hits"), outcome("miss", "misses")];
}

function traffic(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Traffic, requests a minute",
    lines: [
      { metric: gateway(watched, "Count", "Sum"), label: "At the gateway" },
      { metric: targets(watched, "RequestCount", "Sum"), label: "At the tasks" },
    ],
  });
}

function failed(widgets: Widgets, watched: Watched, failures: readonly Line[], percentFailed: Line): Widget {
  return widgets.plot({
    title: "Failures, % of requests",
    lines: [...failures, percentFailed],
    limits: rowsOf(gatewayHealth(watched), "gateway-fails").map((row) => limitOf(row)),
    periodSeconds: 300,
    unit: "%",
  });
}

function gatewayLatency(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Latency at the gateway, ms",
    lines: [
      { metric: gateway(watched, "Latency", "p50"), label: "p50" },
      { metric: gateway(watched, "Latency", "p99"), label: "p99" },
      { metric: gateway(watched, "IntegrationLatency", "p99"), label: "p99 without the gateway" },
    ],
    limits: rowsOf(gatewayHealth(watched), "gateway-slow").map((row) => limitOf(row)),
    unit: "ms",
  });
}

function burn(widgets: Widgets, failures: readonly Line[]): Widget {
  const { fast, slow } = BURNS;
  return widgets.plot({
    title: "Burn of the error budget, % of requests in an hour",
    lines: [
      ...failures,
      { expression: `${PERCENT} * failures / requests`, label: "Failed in an hour, %", id: "ratio" },
    ],
    limits: [
      { value: PERCENT * burnThreshold(fast), label: "burn-fast", side: "above" },
      { value: PERCENT * burnThreshold(slow), label: "burn-slow", side: "above" },
      { value: PERCENT * ERROR_BUDGET, label: "budget" },
    ],
    periodSeconds: fast.longSeconds,
    unit: "%",
  });
}

function serviceLatency(widgets: Widgets, watched: Watched): readonly Widget[] {
  const [cached, database] = latency(watched);
  const plot = (title: string, cache: "hit" | "miss", row: AlarmRow | undefined) =>
    widgets.plot({
      title,
      lines: (["p50", "p99"] as const).map((statistic) => ({
        metric: own(watched, "requestDuration", { cache }, statistic),
        label: statistic,
      })),
      limits: row ? [limitOf(row)] : [],
      unit: "s",
    });
  return [
    plot("Cached reads in the service, s", "hit", cached),
    plot("Database reads in the service, s", "miss", database),
  ];
}

function tasks(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Tasks",
    lines: [
      { metric: targets(watched, "HealthyHostCount", "Minimum"), label: "Healthy" },
      { metric: targets(watched, "UnHealthyHostCount", "Maximum"), label: "Unhealthy" },
    ],
    limits: rowsOf(deploymentHealth(watched), "tasks-unhealthy").map((row) => limitOf(row)),
  });
}

function saturation(widgets: Widgets, watched: Watched): readonly Widget[] {
  const { api, relay } = watched.cluster;
  return [
    widgets.plot({
      title: "CPU and memory of the API's tasks, %",
      lines: [
        { metric: ecsService(watched, api, "CPUUtilization", "Average"), label: "CPU" },
        { metric: ecsService(watched, api, "MemoryUtilization", "Average"), label: "Memory" },
        { metric: ecsService(watched, relay, "CPUUtilization", "Average"), label: "CPU of the relay" },
      ],
      unit: "%",
      max: 100,
    }),
    widgets.plot({
      title: "Failures of tasks",
      lines: [
        { metric: targets(watched, "HTTPCode_Target_5XX_Count", "Sum"), label: "Answers 5xx" },
        { metric: targets(watched, "TargetConnectionErrorCount", "Sum"), label: "Connections refused" },
      ],
    }),
  ];
}

function refused(widgets: Widgets, watched: Watched): Widget {
  return widgets.plot({
    title: "Turned away, requests a minute",
    lines: [
      { metric: firewall(watched, "BlockedRequests", "Sum"), label: "By the firewall" },
      { metric: gateway(watched, "4XXError", "Sum"), label: "By gateway or service, 4xx" },
    ],
  });
}

function canaryRuns(widgets: Widgets, watched: Watched): readonly Widget[] {
  if (watched.canary === undefined) return [];
  const { name, everySeconds } = watched.canary;
  return [
    widgets.plot({
      title: "Canary, % of runs that succeed",
      lines: [{ metric: canary(name, "SuccessPercent", "Average"), label: "Succeeded" }],
      periodSeconds: everySeconds,
      unit: "%",
      max: 100,
    }),
    widgets.plot({
      title: "Canary, duration of a run, ms",
      lines: [{ metric: canary(name, "Duration", "Maximum"), label: "Longest" }],
      periodSeconds: everySeconds,
    }),
  ];
}

function rowsOf(rows: readonly AlarmRow[], purpose: string): readonly AlarmRow[] {
  return rows.filter((row) => row.purpose === purpose);
}
