/** Batches of one shard that run side by side; order is kept per partition key. */
export const PARALLELIZATION = 10;

/** An on-demand stream starts with this many shards. */
const ON_DEMAND_SHARDS = 4;

/** One consumer must not eat the account's thousand: five of them and a hundred unreserved have to fit, for each environment. */
export const CONCURRENCY_MAX = 60;

/** Concurrency to reserve for a consumer: one execution for each batch that the stream may hand out at a time. */
export function consumerConcurrency(shards: number | null): number {
  if (shards !== null && (!Number.isInteger(shards) || shards < 1)) {
    throw new RangeError(
      `A stream has at least one shard and no parts of one, not ${shards}. Correct sizing.stream.shards.`,
    );
  }
  return Math.min((shards ?? ON_DEMAND_SHARDS) * PARALLELIZATION, CONCURRENCY_MAX);
}
