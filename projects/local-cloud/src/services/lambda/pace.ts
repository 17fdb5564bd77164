/** How long a mapping waits before it goes on. */
export interface Pace {
  /** An idle shard is asked this often: soon enough for a fan-out consumer, rarely enough for the machine. */
  readonly idleMs: number;
  /** After a read that failed. */
  readonly retryMs: number;
  /** New shards are looked for this often; after one is closed, at once. */
  readonly listMs: number;
  /** After an invocation that failed, doubled with each that follows. */
  readonly backoffFirstMs: number;
  readonly backoffMsMax: number;
  readonly throttledMs: number;
}

export const PACE: Pace = {
  idleMs: 250,
  retryMs: 1_000,
  listMs: 5_000,
  backoffFirstMs: 100,
  backoffMsMax: 10_000,
  throttledMs: 100,
};
