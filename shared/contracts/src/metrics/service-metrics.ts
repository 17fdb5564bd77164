/**
 * What the applications measure (OPS-8 of the API's contract). They write it into their log in CloudWatch's embedded
 * metric format; alarms and dashboards find it by these names. Dimensions come from closed lists, route templates and
 * client ids: never from a student.
 */

export interface ServiceMetric {
  readonly name: string;
  readonly unit: "Seconds" | "Count";
  /** Each set is a series of its own in CloudWatch. */
  readonly dimensionSets: readonly (readonly string[])[];
  /** Percentiles need each value; of a sum the total is enough. */
  readonly kind: "distribution" | "sum" | "gauge";
}

export const SERVICE_METRICS = {
  /** From the first byte of a request to the last of its reply, at the service. */
  requestDuration: {
    name: "http_request_duration_seconds",
    unit: "Seconds",
    dimensionSets: [["cache"], ["route"]],
    kind: "distribution",
  },
  /** Reads of one student that asked the cache. */
  cacheRequests: { name: "cache_requests_total", unit: "Count", dimensionSets: [["outcome"]], kind: "sum" },
  /** What was decided on requests: `allow`, `deny`, `error`. */
  decisions: { name: "authz_decisions_total", unit: "Count", dimensionSets: [["effect"]], kind: "sum" },
  /** Answers 401 and 403, by the client that got them. */
  refusedCalls: { name: "calls_refused_total", unit: "Count", dimensionSets: [["client"]], kind: "sum" },
  /** Records in replies that went out. */
  disclosedRecords: { name: "records_disclosed_total", unit: "Count", dimensionSets: [["route"]], kind: "sum" },
  /** Replies that were not given because their entry could not be written. */
  auditUnavailable: { name: "audit_unavailable_total", unit: "Count", dimensionSets: [["process"]], kind: "sum" },
  auditCommit: {
    name: "audit_commit_duration_seconds",
    unit: "Seconds",
    dimensionSets: [["process"]],
    kind: "distribution",
  },
  /** Entries that rode in one commit. */
  auditBatch: { name: "audit_batch_size", unit: "Count", dimensionSets: [["process"]], kind: "distribution" },
  /** Age of the oldest committed event that the stream does not have. */
  outboxAge: { name: "outbox_oldest_age_seconds", unit: "Seconds", dimensionSets: [["process"]], kind: "gauge" },
  /** Committed events that the stream does not have. */
  outboxRows: { name: "outbox_rows", unit: "Count", dimensionSets: [["process"]], kind: "gauge" },
} as const satisfies Record<string, ServiceMetric>;
export type ServiceMetricName = keyof typeof SERVICE_METRICS;

/** Dimensions of a metric, all of them: each set of names is a choice among these. */
export type DimensionsOf<Name extends ServiceMetricName> = Readonly<
  Record<(typeof SERVICE_METRICS)[Name]["dimensionSets"][number][number], string>
>;

/** Namespace of an environment's metrics; the application knows its environment's suffix, and so does the stack. */
export function serviceNamespace(suffix: string): string {
  return `srs/${suffix}/service`;
}
