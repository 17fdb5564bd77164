import type { Queryable } from "../database/reader.ts";

/**
 * Unconditional on purpose: the row lock it takes keeps a renewal from coming between this and the commit. Writers
 * queue on it while Redis is away; that is the price of never serving what they replaced.
 */
const SUSPECT = { name: "cache_fence_suspect_v1", text: "update records.cache_fence set suspect = true" };

/** A new generation: values under the old one can no longer be named, whatever they hold. One task raises it. */
const RENEW = {
  name: "cache_fence_renew_v2",
  text: `
    update records.cache_fence
       set generation = generation + 1, suspect = false, renewed_at = clock_timestamp()
     where suspect or generation = $1
    returning generation`,
};

/** In a writer's own transaction: it changes a student and could not say so in the cache. */
export async function suspectCache(db: Queryable): Promise<void> {
  await db.query(SUSPECT, []);
}

/** @returns the new generation, or undefined when another task has raised the one that was seen */
export async function renewCache(db: Queryable, seenGeneration: number): Promise<number | undefined> {
  const [row] = await db.query<{ generation: number }>(RENEW, [seenGeneration]);
  return row?.generation;
}
