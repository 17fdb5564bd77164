/**
 * How fast the error budget burns. The objective: 99.99 % of requests in a month without a failure of ours (OPS-49). Burning at
 * rate 1 spends exactly the month's budget in a month. An alarm looks through two windows at once: the long one says
 * that it matters, the short one that it still goes on.
 */
export const OBJECTIVE = 0.9999;
/** 0.0001, and not what subtraction makes of it. */
export const ERROR_BUDGET = Number((1 - OBJECTIVE).toFixed(6));
/** A twelfth of a year of 365.25 days. */
export const MONTH_SECONDS = 2_629_800;

export interface Burn {
  /** Times faster than the budget allows. */
  readonly rate: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
}

/** Two hundredths of the month's budget in an hour; a twentieth in six hours. */
export const BURNS = {
  fast: { rate: 14.4, longSeconds: 3_600, shortSeconds: 300 },
  slow: { rate: 6, longSeconds: 21_600, shortSeconds: 1_800 },
} as const satisfies Record<string, Burn>;

/**
 * Failures that count at least. In a quiet hour a single one is a large ratio and no outage; when everything fails, the
 * fifth failure comes soon.
 */
export const FAILURES_MIN = 5;

/** Ratio of failures above which a window burns too fast. */
export function burnThreshold({ rate }: Pick<Burn, "rate">): number {
  return rate * ERROR_BUDGET;
}

export interface Window {
  readonly failures: number;
  readonly requests: number;
}

/** What the expression below makes of a window. */
export function burnsTooFast({ failures, requests }: Window, burn: Pick<Burn, "rate">): boolean {
  return requests > 0 && failures >= FAILURES_MIN && failures / requests > burnThreshold(burn);
}

/** Metric math over `failures` and `requests`: the ratio, or nothing while there are too few failures to speak of. */
export function burnExpression(): string {
  return `IF(failures >= ${FAILURES_MIN}, failures / requests, 0)`;
}

/** Share of a month's budget that failures at this ratio spend in this time, at even load. */
export function budgetShare(ratio: number, seconds: number): number {
  return (ratio / ERROR_BUDGET) * (seconds / MONTH_SECONDS);
}

/** Seconds until the budget is gone when it burns at this rate from the first day of a month. */
export function secondsToExhaustion({ rate }: Pick<Burn, "rate">): number {
  return MONTH_SECONDS / rate;
}
