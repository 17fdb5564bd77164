export type QuotaPeriod = "DAY" | "WEEK" | "MONTH";

const DAY_MS = 86_400_000;

/** Start of the period that holds an instant, in UTC; a week begins on Sunday. */
export function periodStart(period: QuotaPeriod, nowMs: number): number {
  const now = new Date(nowMs);
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  if (period === "DAY") return midnight;
  if (period === "WEEK") return midnight - now.getUTCDay() * DAY_MS;
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
}

/** Requests of this period, by key. In memory alone: a restart of the cloud begins to count anew. */
export class QuotaCounters {
  readonly #counts = new Map<string, { readonly periodStartMs: number; readonly count: number }>();

  /** Counts a request. @returns false when the limit was reached before it */
  take(key: string, limit: number, period: QuotaPeriod, nowMs: number): boolean {
    const periodStartMs = periodStart(period, nowMs);
    const counter = this.#counts.get(key);
    const used = counter?.periodStartMs === periodStartMs ? counter.count : 0;
    if (used >= limit) return false;
    this.#counts.set(key, { periodStartMs, count: used + 1 });
    return true;
  }
}
