/** Who may reach whom, as the infrastructure specification has it. Written out here so that no change of the source changes it. */
export const INTERNET = "0.0.0.0/0";
export const S3 = "S3";

/** Rule, from, to, port. */
type Row = readonly [rule: string, from: string, to: string, port: number];

const CALLERS = ["api-task", "relay", "consumer", "migration", "rotation"];
export const MATRIX: readonly Row[] = [
  ["NET-19", "vpc-link", "alb", 443],
  ["NET-20", "alb", "api-task", 8443],
  ["NET-21", "api-task", "db-proxy", 5432],
  ["NET-22", "api-task", "cache", 6379],
  ["NET-23", "api-task", "efs", 2049],
  ["NET-24", "relay", "db-proxy", 5432],
  ["NET-25", "consumer", "db-proxy", 5432],
  ["NET-26", "consumer", "cache", 6379],
  ["NET-27", "db-proxy", "database", 5433],
  ["NET-28", "migration", "database", 5433],
  ["NET-29", "rotation", "database", 5433],
  ["NET-30", "rotation", "db-proxy", 5432],
  ["NET-30", "rotation", "cache", 6379],
  ...CALLERS.map((from): Row => ["NET-31", from, "endpoints", 443]),
  ...CALLERS.map((from): Row => ["NET-32", from, S3, 443]),
  ...["api-task", "consumer", "rotation"].map((from): Row => ["NET-33", from, INTERNET, 443]),
];

/** Where each group's interfaces are. Nothing of ours is in the public subnets: they hold NAT gateways. */
export const GROUPS_BY_TIER = {
  private: ["vpc-link", "alb", "api-task", "relay", "consumer", "migration", "rotation"],
  isolated: ["db-proxy", "database", "cache", "efs", "endpoints"],
} as const;
export const GROUPS: readonly string[] = [...GROUPS_BY_TIER.private, ...GROUPS_BY_TIER.isolated];

/** Groups without a single rule on the way out. */
export const SILENT = ["database", "cache", "efs", "endpoints"];

export const CORE_SERVICES = ["secretsmanager", "kms", "logs", "ecr.api", "ecr.dkr", "kinesis-streams"];
export const ALL_SERVICES = [
  ...CORE_SERVICES,
  ...["sts", "sqs", "ssm", "elasticfilesystem", "monitoring", "xray", "lambda", "ec2", "events", "rds"],
];
