/** Who may reach whom, as a table: nothing else in the network opens a port. */

export const GROUPS = [
  "vpc-link",
  "alb",
  "api-task",
  "relay",
  "consumer",
  "migration",
  "rotation",
  "db-proxy",
  "database",
  "cache",
  "efs",
  "endpoints",
] as const;
export type Group = (typeof GROUPS)[number];

/** Destinations that are no group of ours. */
export type Outside = "s3-prefix-list" | "internet";

export interface Edge {
  readonly from: Group;
  readonly to: Group | Outside;
  readonly port: number;
  readonly why: string;
}

/** Reaches AWS APIs: by the endpoints in the network, and S3 by its gateway. */
const CALLERS = ["api-task", "relay", "consumer", "migration", "rotation"] as const satisfies readonly Group[];

/** Needs addresses that no endpoint serves: token keys, partners, two control APIs. DNS decides which names resolve. */
const REACHES_OUT = ["api-task", "consumer", "rotation"] as const satisfies readonly Group[];

export const EDGES: readonly Edge[] = [
  { from: "vpc-link", to: "alb", port: 443, why: "gateway to load balancer" },
  { from: "alb", to: "api-task", port: 8443, why: "TLS to the task" },
  { from: "api-task", to: "db-proxy", port: 5432, why: "records" },
  { from: "api-task", to: "cache", port: 6379, why: "cached records" },
  { from: "api-task", to: "efs", port: 2049, why: "shared configuration and documents" },
  { from: "relay", to: "db-proxy", port: 5432, why: "outbox reading" },
  { from: "consumer", to: "db-proxy", port: 5432, why: "projections" },
  { from: "consumer", to: "cache", port: 6379, why: "invalidation" },
  { from: "db-proxy", to: "database", port: 5433, why: "pooled connections" },
  { from: "migration", to: "database", port: 5433, why: "schema changes as the owner" },
  { from: "rotation", to: "database", port: 5433, why: "password change" },
  { from: "rotation", to: "db-proxy", port: 5432, why: "proof of a new database password" },
  { from: "rotation", to: "cache", port: 6379, why: "proof of a new cache password" },
  ...CALLERS.map((from) => ({ from, to: "endpoints" as const, port: 443, why: "AWS APIs" })),
  ...CALLERS.map((from) => ({ from, to: "s3-prefix-list" as const, port: 443, why: "S3 by its gateway" })),
  ...REACHES_OUT.map((from) => ({
    from,
    to: "internet" as const,
    port: 443,
    why: "token keys, partners, control APIs",
  })),
];
