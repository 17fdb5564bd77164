/**
 * What the providers promise, what that makes together, and how the failures that must be expected fit into the month's
 * budget (OPS-49 to OPS-53). Read at each yearly review: docs/availability.md explains the numbers.
 */
import { ERROR_BUDGET, MONTH_SECONDS } from "./alarms/burn-rate.ts";

/** Monthly commitments, as refunds are counted by. Services off the path of a request count with three nines. */
export const COMMITMENTS = {
  route53: 1,
  firewall: 0.9995,
  gateway: 0.9995,
  loadBalancer: 0.9999,
  fargate: 0.9999,
  database: 0.9999,
  cache: 0.9999,
} as const;
export type Part = keyof typeof COMMITMENTS;

/** What a request passes through. */
export const PATHS = {
  cachedRead: ["firewall", "gateway", "loadBalancer", "fargate", "cache"],
  databaseReadOrWrite: ["firewall", "gateway", "loadBalancer", "fargate", "database"],
} as const satisfies Record<string, readonly Part[]>;

/** Parts in a row are there when all of them are. */
export function together(parts: readonly Part[]): number {
  return parts.reduce((product, part) => product * COMMITMENTS[part], 1);
}

export interface ExpectedFailure {
  readonly what: string;
  readonly perMonth: number;
  readonly seconds: number;
  /** Of all requests in that time. */
  readonly share: number;
}

/** In production, in a month. */
export const EXPECTED_FAILURES: readonly ExpectedFailure[] = [
  { what: "failover of the database, behind the proxy", perMonth: 1, seconds: 35, share: 1 },
  { what: "loss of a zone, until traffic is shifted", perMonth: 0.25, seconds: 60, share: 1 },
  { what: "failover of the cache: slower, not down", perMonth: 1, seconds: 20, share: 0 },
  { what: "deployment", perMonth: 12, seconds: 0, share: 1 },
  { what: "crash of one task of six", perMonth: 10, seconds: 0.5, share: 1 / 6 },
  {
    what: "failures of the providers that nobody sees as an outage",
    perMonth: 1,
    seconds: MONTH_SECONDS,
    share: 0.000_02,
  },
];

export function minutesOf({ perMonth, seconds, share }: ExpectedFailure): number {
  return (perMonth * seconds * share) / 60;
}

export const BUDGET_MINUTES = (MONTH_SECONDS * ERROR_BUDGET) / 60;

/** What is left for what nobody expects. */
export function reserveMinutes(failures: readonly ExpectedFailure[] = EXPECTED_FAILURES): number {
  return BUDGET_MINUTES - failures.reduce((sum, failure) => sum + minutesOf(failure), 0);
}
