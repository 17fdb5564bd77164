import type { AlarmRow } from "./alarm.ts";
import { database, proxy } from "./metrics.ts";
import type { Watched } from "./watched.ts";

/** Of an instance: connections Aurora allows at the smallest capacity we run are 2,000 (OPS-77). */
const CONNECTIONS_MAX = 1_600;
const FREE_MEMORY_MIN_BYTES = 256 * 1024 * 1024;

/** COMP-77 to COMP-79. */
export function databaseAlarms(watched: Watched): readonly AlarmRow[] {
  const rest = { missing: "notBreaching", urgency: "look" } as const;
  return [
    {
      ...rest,
      purpose: "replica-lag",
      rule: "COMP-77",
      says: "A replica is more than 200 ms behind the writer",
      todo: "Reads that miss the cache may be stale by that much and go to the writer instead. See the writer's load.",
      subject: { metric: database(watched, "AuroraReplicaLagMaximum", "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold: 200,
      points: [5, 5],
    },
    ...capacity(watched),
    {
      ...rest,
      purpose: "proxy-slow",
      rule: "COMP-79",
      says: "One loan of a connection in a hundred takes longer than 100 ms at the proxy",
      todo: "Connections run short: see pinned sessions and the longest transactions.",
      subject: { metric: proxy(watched, "DatabaseConnectionsBorrowLatency", "p99") },
      periodSeconds: 60,
      comparison: "above",
      // Microseconds.
      threshold: 100_000,
      points: [3, 5],
    },
    {
      ...rest,
      purpose: "proxy-refuses",
      rule: "COMP-79",
      says: "The proxy refused the login of a client five times within five minutes",
      todo: "A rotation that did not reach the service, or somebody who tries passwords. See the rotation's log first.",
      subject: { metric: proxy(watched, "ClientConnectionsSetupFailedAuth", "Sum") },
      periodSeconds: 300,
      comparison: "at least",
      threshold: 5,
      points: [1, 1],
    },
  ];
}

/** COMP-78: no data says nothing of capacity, so the state stays unknown rather than good. */
function capacity(watched: Watched): readonly AlarmRow[] {
  const rest = { rule: "COMP-78", missing: "missing", urgency: "look" } as const;
  return [
    {
      ...rest,
      purpose: "database-capacity",
      says: "The database has used more than four fifths of its largest capacity for ten minutes",
      todo: "Raise the largest capacity in the sizing table, or find the statement that takes it.",
      subject: { metric: database(watched, "ACUUtilization", "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold: 80,
      points: [10, 10],
    },
    {
      ...rest,
      purpose: "database-connections",
      says: `An instance of the database has more than ${CONNECTIONS_MAX} connections`,
      todo: "The proxy should hold far fewer: see who connects past it.",
      subject: { metric: database(watched, "DatabaseConnections", "Maximum") },
      periodSeconds: 60,
      comparison: "above",
      threshold: CONNECTIONS_MAX,
      points: [5, 5],
    },
    {
      ...rest,
      purpose: "database-memory",
      says: "An instance of the database has less than 256 MiB of free memory",
      todo: "Raise the smallest capacity in the sizing table: memory grows with it.",
      subject: { metric: database(watched, "FreeableMemory", "Minimum") },
      periodSeconds: 60,
      comparison: "below",
      threshold: FREE_MEMORY_MIN_BYTES,
      points: [5, 5],
    },
    {
      ...rest,
      purpose: "database-deadlocks",
      says: "Transactions end in deadlocks",
      todo: "Every change locks the student's head row first. See which statement came another way.",
      subject: { metric: database(watched, "Deadlocks", "Average") },
      periodSeconds: 300,
      comparison: "above",
      threshold: 0,
      points: [2, 3],
    },
  ];
}
