import type { AlarmRow } from "./alarm.ts";
import { lambda, own } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** Committed events that the outbox holds at most without concern: half a day of enrolment. */
const OUTBOX_ROWS_MAX = 1_000_000;

/** COMP-73 and COMP-74: nothing is disclosed without its entry, no entry and no event is left behind. */
export function audit(watched: Watched): readonly AlarmRow[] {
  const relay = { process: "relay" };
  return [
    {
      purpose: "audit-unavailable",
      rule: "COMP-73",
      says: "A reply was withheld because its audit entry could not be written",
      todo: "Nothing was disclosed. See whether the writer of the database answers; the log says why commits fail.",
      subject: { metric: own(watched, "auditUnavailable", { process: "api" }, "Sum") },
      periodSeconds: 60,
      comparison: "at least",
      threshold: 1,
      points: [1, 1],
      missing: "notBreaching",
      urgency: "page",
    },
    {
      purpose: "outbox-old",
      rule: "COMP-74",
      says: "A committed event has waited longer than 30 seconds for the stream, or no relay says how long",
      todo: "See whether the relay runs and what the stream refuses. Events wait in the table; none is lost.",
      subject: { metric: own(watched, "outboxAge", relay, "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold: 30,
      points: [3, 3],
      missing: "breaching",
      urgency: "page",
    },
    {
      purpose: "outbox-full",
      rule: "COMP-74",
      says: "More than a million committed events wait for the stream",
      todo: "See whether the stream throttles the relay. The table holds about a day; then changes are refused.",
      subject: { metric: own(watched, "outboxRows", relay, "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold: OUTBOX_ROWS_MAX,
      points: [3, 3],
      missing: "breaching",
      urgency: "page",
    },
    {
      purpose: "audit-export-missing",
      rule: "COMP-74",
      says: "No export of audit entries has succeeded for two hours",
      todo: "Read the exporter's log and the dead-letter queue of its schedule. Entries stay in the table until exported.",
      subject: {
        expression: "runs - failures",
        label: "Successful exports",
        metrics: {
          runs: lambda(watched.auditExporter, "Invocations", "Sum"),
          failures: lambda(watched.auditExporter, "Errors", "Sum"),
        },
      },
      periodSeconds: 3_600,
      comparison: "below",
      threshold: 1,
      points: [2, 2],
      missing: "breaching",
      urgency: "page",
    },
  ];
}
