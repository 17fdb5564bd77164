import type { AlarmRow } from "./alarm.ts";
import { canary } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** COMP-84, where a canary runs. */
export function canaryAlarms(watched: Watched): readonly AlarmRow[] {
  if (watched.canary === undefined) return [];
  const { name, everySeconds } = watched.canary;
  return [
    {
      purpose: "canary-fails",
      rule: "COMP-84",
      says: "Two of the last three runs of the canary failed, or it did not run",
      todo: "Its last report names the step: token, directory, cached read or write. Then see the dashboard of the service.",
      subject: { metric: canary(name, "SuccessPercent", "Minimum") },
      periodSeconds: everySeconds,
      comparison: "below",
      threshold: 100,
      points: [2, 3],
      missing: "breaching",
      urgency: "page",
    },
  ];
}
