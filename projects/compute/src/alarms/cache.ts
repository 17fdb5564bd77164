import type { AlarmRow } from "./alarm.ts";
import { cacheNode, own } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** COMP-80: each node by itself, because the name of the node is what one needs to know. */
export function cacheAlarms(watched: Watched): readonly AlarmRow[] {
  const nodes = watched.cacheNodes.flatMap(({ number, id }): AlarmRow[] => {
    const node = (
      purpose: string,
      says: string,
      todo: string,
      metric: Parameters<typeof cacheNode>[1],
      threshold: number,
      minutes: number,
    ): AlarmRow => ({
      purpose: `cache-${number}-${purpose}`,
      rule: "COMP-80",
      says: `Cache node ${number} ${says}`,
      todo,
      subject: { metric: cacheNode(id, metric, metric === "Evictions" ? "Sum" : "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold,
      points: [minutes, minutes],
      missing: "notBreaching",
      urgency: "look",
    });
    return [
      node(
        "evicts",
        "throws out what has not expired",
        "It is too small for what is read: next node size.",
        "Evictions",
        0,
        10,
      ),
      node(
        "full",
        "has filled three quarters of its memory",
        "Next node size before it evicts.",
        "DatabaseMemoryUsagePercentage",
        75,
        5,
      ),
      node(
        "busy",
        "uses more than 70 % of its one core",
        "Above 50 % answers get slower. Look for one hot key.",
        "EngineCPUUtilization",
        70,
        5,
      ),
      node(
        "lags",
        "is more than a second behind the primary",
        "A failover now would lose that much. See its network.",
        "ReplicationLag",
        1,
        5,
      ),
    ];
  });
  return [
    ...nodes,
    {
      purpose: "cache-misses",
      rule: "COMP-80",
      says: "Fewer than seven reads in ten are answered by the cache",
      todo: "After a deployment or a failover this passes within minutes. Otherwise markers or generations change too often.",
      subject: {
        // Nobody's night is judged: a hundred reads in a minute at least.
        expression: "IF(hits + misses >= 100, 100 * hits / (hits + misses), 100)",
        label: "Cache hits, %",
        metrics: {
          hits: own(watched, "cacheRequests", { outcome: "hit" }, "Sum"),
          misses: own(watched, "cacheRequests", { outcome: "miss" }, "Sum"),
        },
      },
      periodSeconds: 60,
      comparison: "below",
      threshold: 70,
      points: [10, 10],
      missing: "notBreaching",
      urgency: "look",
    },
  ];
}
