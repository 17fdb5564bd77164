import type { AlarmRow } from "./alarm.ts";
import { own } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** COMP-68 and COMP-69: the two promises to callers, measured in the service, without the way to it. */
export function latency(watched: Watched): readonly AlarmRow[] {
  const slow = (
    cache: "hit" | "miss",
    row: Pick<AlarmRow, "purpose" | "rule" | "says" | "todo" | "threshold">,
  ): AlarmRow => ({
    ...row,
    subject: { metric: own(watched, "requestDuration", { cache }, "p99") },
    periodSeconds: 60,
    comparison: "above",
    points: [3, 5],
    missing: "notBreaching",
    urgency: "page",
  });
  return [
    slow("hit", {
      purpose: "cached-reads-slow",
      rule: "COMP-68",
      says: "One read in a hundred that the cache answers takes longer than 200 ms",
      todo: "Look at the cache's engine CPU, at the tasks' CPU, and at the time audit commits take.",
      threshold: 0.2,
    }),
    slow("miss", {
      purpose: "database-reads-slow",
      rule: "COMP-69",
      says: "One read in a hundred that the database answers takes longer than a second",
      todo: "Look at the proxy's borrow latency, at the cluster's capacity, and at slow statements in Database Insights.",
      threshold: 1,
    }),
  ];
}
