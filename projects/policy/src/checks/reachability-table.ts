/** The reachability matrix of the specification (NET-19 to NET-34), written down a second time: what it is checked against must not be what it is made from. */

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

/** Destinations that are no group. */
export const S3 = "s3-prefix-list";
export const INTERNET = "0.0.0.0/0";

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

const edge = (from: string, to: string, port: number): Edge => ({ from, to, port });
const CALLERS = ["api-task", "relay", "consumer", "migration", "rotation"];

export const MATRIX: Readonly<Record<`NET-${number}`, readonly Edge[]>> = {
  "NET-19": [edge("vpc-link", "alb", 443)],
  "NET-20": [edge("alb", "api-task", 8443)],
  "NET-21": [edge("api-task", "db-proxy", 5432)],
  "NET-22": [edge("api-task", "cache", 6379)],
  "NET-23": [edge("api-task", "efs", 2049)],
  "NET-24": [edge("relay", "db-proxy", 5432)],
  "NET-25": [edge("consumer", "db-proxy", 5432)],
  "NET-26": [edge("consumer", "cache", 6379)],
  "NET-27": [edge("db-proxy", "database", 5433)],
  "NET-28": [edge("migration", "database", 5433)],
  "NET-29": [edge("rotation", "database", 5433)],
  "NET-30": [edge("rotation", "db-proxy", 5432), edge("rotation", "cache", 6379)],
  "NET-31": CALLERS.map((from) => edge(from, "endpoints", 443)),
  "NET-32": CALLERS.map((from) => edge(from, S3, 443)),
  "NET-33": ["api-task", "consumer", "rotation"].map((from) => edge(from, INTERNET, 443)),
  // All others reach nothing: no edge at all.
  "NET-34": [],
};
