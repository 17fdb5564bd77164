/** What keeps the records: database, proxy, cache, streams with their consumers, outbox, files. */
import type { AlarmRow } from "../alarms/alarm.ts";
import { audit } from "../alarms/audit.ts";
import { cacheAlarms } from "../alarms/cache.ts";
import { databaseAlarms } from "../alarms/database.ts";
import { filesAndCertificates } from "../alarms/files-and-certificates.ts";
import { cacheNode, database, fanOut, files, lambda, own, proxy, queue, stream } from "../alarms/metrics.ts";
import { streams } from "../alarms/streams.ts";
import type { Watched } from "../alarms/watched.ts";
import { limitOf, Widgets, type Line, type Limit, type Widget } from "./widgets.ts";

export function dataDashboard(watched: Watched): readonly (readonly Widget[])[] {
  const widgets = new Widgets(watched.region);
  return [
    [
      widgets.heading(
        `# Where records are kept, ${watched.suffix}\nRed lines are thresholds of alarms, by the alarm's name.`,
      ),
    ],
    databaseRow(widgets, watched),
    proxyRow(widgets, watched),
    ...cacheRows(widgets, watched),
    ...streamRows(widgets, watched),
  ];
}

function limits(rows: readonly AlarmRow[], ...purposes: readonly string[]): readonly Limit[] {
  return rows.filter(({ purpose }) => purposes.includes(purpose)).map((row) => limitOf(row));
}

function databaseRow(widgets: Widgets, watched: Watched): readonly Widget[] {
  const rows = databaseAlarms(watched);
  return [
    widgets.plot({
      title: "Database, capacity in use, %",
      lines: [
        { metric: database(watched, "ACUUtilization", "Maximum"), label: "Capacity" },
        { metric: database(watched, "CPUUtilization", "Maximum"), label: "CPU" },
      ],
      limits: limits(rows, "database-capacity"),
      unit: "%",
      max: 100,
    }),
    widgets.plot({
      title: "Database, milliseconds",
      lines: [
        { metric: database(watched, "AuroraReplicaLagMaximum", "Maximum"), label: "Replica behind writer" },
        { metric: database(watched, "CommitLatency", "Average"), label: "Commit" },
      ],
      limits: limits(rows, "replica-lag"),
      unit: "ms",
    }),
    widgets.plot({
      title: "Database, deadlocks a second",
      lines: [{ metric: database(watched, "Deadlocks", "Average"), label: "Deadlocks" }],
      periodSeconds: 300,
    }),
  ];
}

function proxyRow(widgets: Widgets, watched: Watched): readonly Widget[] {
  const rows = databaseAlarms(watched);
  return [
    widgets.plot({
      title: "Connections",
      lines: [
        { metric: database(watched, "DatabaseConnections", "Maximum"), label: "At an instance" },
        { metric: proxy(watched, "ClientConnections", "Sum"), label: "Clients at the proxy" },
        { metric: proxy(watched, "DatabaseConnections", "Sum"), label: "Proxy to database" },
        { metric: proxy(watched, "DatabaseConnectionsCurrentlySessionPinned", "Sum"), label: "Pinned" },
      ],
    }),
    widgets.plot({
      title: "Proxy, loan of a connection, µs",
      lines: [
        { metric: proxy(watched, "DatabaseConnectionsBorrowLatency", "p50"), label: "p50" },
        { metric: proxy(watched, "DatabaseConnectionsBorrowLatency", "p99"), label: "p99" },
      ],
      limits: limits(rows, "proxy-slow"),
      unit: "µs",
    }),
    widgets.plot({
      title: "Proxy, logins refused in five minutes",
      lines: [{ metric: proxy(watched, "ClientConnectionsSetupFailedAuth", "Sum"), label: "Refused" }],
      limits: limits(rows, "proxy-refuses"),
      periodSeconds: 300,
    }),
  ];
}

function cacheRows(widgets: Widgets, watched: Watched): readonly (readonly Widget[])[] {
  const rows = cacheAlarms(watched);
  const first = watched.cacheNodes[0]?.number ?? "";
  const nodes = (metric: string, statistic: "Sum" | "Maximum"): readonly Line[] =>
    watched.cacheNodes.map(({ number, id }) => ({ metric: cacheNode(id, metric, statistic), label: `Node ${number}` }));
  return [
    [
      widgets.plot({
        title: "Cache, hits of reads, %",
        lines: [
          { metric: own(watched, "cacheRequests", { outcome: "hit" }, "Sum"), label: "hits", id: "hits", hidden: true },
          {
            metric: own(watched, "cacheRequests", { outcome: "miss" }, "Sum"),
            label: "misses",
            id: "misses",
            hidden: true,
          },
          { expression: "100 * hits / (hits + misses)", label: "Hits, %", id: "rate" },
        ],
        limits: limits(rows, "cache-misses"),
        unit: "%",
        max: 100,
      }),
      widgets.plot({
        title: "Cache, CPU of the engine, %",
        lines: nodes("EngineCPUUtilization", "Maximum"),
        limits: limits(rows, `cache-${first}-busy`),
        unit: "%",
        max: 100,
      }),
      widgets.plot({
        title: "Cache, memory, %",
        lines: nodes("DatabaseMemoryUsagePercentage", "Maximum"),
        limits: limits(rows, `cache-${first}-full`),
        unit: "%",
        max: 100,
      }),
    ],
    [
      widgets.plot({ title: "Cache, evictions a minute", lines: nodes("Evictions", "Sum") }),
      widgets.plot({
        title: "Cache, replica behind primary, s",
        lines: nodes("ReplicationLag", "Maximum"),
        limits: limits(rows, `cache-${first}-lags`),
        unit: "s",
      }),
      widgets.plot({ title: "Cache, connections", lines: nodes("CurrConnections", "Maximum") }),
    ],
  ];
}

function streamRows(widgets: Widgets, watched: Watched): readonly (readonly Widget[])[] {
  const relay = { process: "relay" };
  const rows = streams(watched);
  const behind = rows.filter(({ purpose }) => purpose.endsWith("-behind")).slice(0, 1);
  return [
    [
      widgets.plot({
        title: "Stream, events a minute",
        lines: [
          { metric: stream(watched, "IncomingRecords", "Sum"), label: "Written" },
          { metric: stream(watched, "WriteProvisionedThroughputExceeded", "Sum"), label: "Refused for their rate" },
        ],
      }),
      widgets.plot({
        title: "Consumers behind the stream, ms",
        lines: watched.consumers.flatMap(({ purpose, registered, function: functionName }) => [
          {
            metric: fanOut(watched, registered, "SubscribeToShardEvent.MillisBehindLatest", "Maximum"),
            label: `${purpose}, reading`,
          },
          { metric: lambda(functionName, "IteratorAge", "Maximum"), label: `${purpose}, working` },
        ]),
        limits: behind.map((row) => limitOf(row)),
        unit: "ms",
      }),
      widgets.plot({
        title: "Consumers, failures and what they gave up on",
        lines: [
          ...watched.consumers.map(({ purpose, function: functionName }) => ({
            metric: lambda(functionName, "Errors", "Sum"),
            label: `${purpose}, failed runs`,
          })),
          ...watched.deadLetterQueues.map(({ purpose, queue: queueName }) => ({
            metric: queue(queueName, "ApproximateNumberOfMessagesVisible", "Maximum"),
            label: `${purpose}, given up`,
          })),
        ],
      }),
    ],
    [
      widgets.plot({
        title: "Outbox, age of the oldest event, s",
        lines: [{ metric: own(watched, "outboxAge", relay, "Maximum"), label: "Oldest" }],
        limits: limits(audit(watched), "outbox-old"),
        unit: "s",
      }),
      widgets.plot({
        title: "Outbox, events that wait",
        lines: [{ metric: own(watched, "outboxRows", relay, "Maximum"), label: "Waiting" }],
      }),
      widgets.plot({
        title: "Files, % of what the file system can do",
        lines: [{ metric: files(watched, "PercentIOLimit", "Maximum"), label: "In use" }],
        limits: limits(filesAndCertificates(watched), "files-busy"),
        periodSeconds: 300,
        unit: "%",
        max: 100,
      }),
    ],
  ];
}
