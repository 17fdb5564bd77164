import type { Queryable } from "../database/reader.ts";

/**
 * Unconditional on purpose: the row lock it takes keeps a renewal from coming between this and the commit. Writers
 * queue on it while Redis is away; that is the price of never serving what they replaced.
 */
const SUSPECT = { name: "cache_fence_suspect_v1", text: "update records.cache_fence set suspect = true" };

/** A new generation: values under the old one can no longer be named, whatever they hold. */
const RENEW = {
  name: "cache_fence_renew_v1",
  text: "update records.cache_fence set generation = generation + 1, suspect = false where suspect",
};

/** In a writer's own transaction: it changes a student and could not say so in the cache. */
export async function suspectCache(db: Queryable): Promise<void> {
  await db.query(SUSPECT, []);
}

/** When the cache answers again. Doing it twice, or in two tasks at a time, does no harm. */
export async function renewCache(db: Queryable): Promise<void> {
  await db.query(RENEW, []);
}
