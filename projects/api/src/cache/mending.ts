/**
 * Begins a new generation of the cache when the old one cannot be trusted: a writer could not mark its change, or the
 * cache has lost its memory. Whatever is left of the old generation can no longer be named (CACHE-9, CACHE-20).
 */
import type { Transactions } from "../database/transactions.ts";
import { renewCache } from "../repositories/cache-fence.ts";
import type { Markers } from "./markers.ts";

class NotBegun extends Error {}

export class CacheMender {
  readonly #markers: Markers;
  readonly #transactions: Transactions;
  #underWay: Promise<number | undefined> | undefined;

  constructor(markers: Markers, transactions: Transactions) {
    this.#markers = markers;
    this.#transactions = transactions;
  }

  /**
   * Once at a time, however many requests ask.
   * @returns the generation that begins, or undefined: the cache does not answer, or another task was faster
   */
  mend(seenGeneration: number): Promise<number | undefined> {
    this.#underWay ??= this.#mend(seenGeneration).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #mend(seenGeneration: number): Promise<number | undefined> {
    if (!(await this.#markers.answers())) return undefined;
    try {
      return await this.#transactions.run(async (transaction) => {
        const generation = await renewCache(transaction, seenGeneration);
        // Before the commit: whoever sees the new generation finds a cache that knows it.
        if (generation !== undefined && !(await this.#markers.begin(generation))) throw new NotBegun();
        return generation;
      });
    } catch (error) {
      if (error instanceof NotBegun) return undefined;
      throw error;
    }
  }
}
