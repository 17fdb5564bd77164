/** What API Gateway throttles by: `rate` requests a second on average, `burst` at once. */
export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

interface Level {
  readonly throttle: Throttle;
  readonly tokens: number;
  readonly atMs: number;
}

/** Tokens in a bucket after the time since `level`; a bucket that is new, or has a new limit, is full. */
function refilled(level: Level | undefined, throttle: Throttle, nowMs: number): number {
  const { ratePerSecond, burst } = throttle;
  if (level?.throttle.ratePerSecond !== ratePerSecond || level.throttle.burst !== burst) return burst;
  const gained = (Math.max(0, nowMs - level.atMs) / 1000) * ratePerSecond;
  return Math.min(burst, level.tokens + gained);
}

/** One bucket per key. In memory alone: a restart of the cloud fills them. */
export class TokenBuckets {
  readonly #levels = new Map<string, Level>();

  /** Takes a token. @returns false when there is none: the request is one too many */
  take(key: string, throttle: Throttle, nowMs: number): boolean {
    const tokens = refilled(this.#levels.get(key), throttle, nowMs);
    const allowed = tokens >= 1;
    this.#levels.set(key, { throttle, tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    return allowed;
  }
}
