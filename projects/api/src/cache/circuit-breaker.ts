/** Stops asking a cache that does not answer: after some failures in a second it is left alone, one probe a second apart. */

const FAILURES_TO_OPEN = 5;
const WINDOW_MS = 1_000;
const PROBE_EVERY_MS = 1_000;

export class CircuitBreaker {
  #failures: number[] = [];
  #openSince: number | undefined;
  readonly #report: (error: unknown) => void;
  readonly #now: () => number;

  /** @param report hears of every failure: callers are answered all the same */
  constructor(report: (error: unknown) => void, now: () => number = Date.now) {
    this.#report = report;
    this.#now = now;
  }

  get open(): boolean {
    return this.#openSince !== undefined;
  }

  /** @returns the answer, or undefined when the cache failed or was not asked */
  async run<T>(ask: () => Promise<T>): Promise<{ readonly answer: T } | undefined> {
    if (!this.#mayAsk()) return undefined;
    try {
      const answer = await ask();
      this.#failures = [];
      this.#openSince = undefined;
      return { answer };
    } catch (error) {
      this.#report(error);
      this.#failed();
      return undefined;
    }
  }

  #mayAsk(): boolean {
    if (this.#openSince === undefined) return true;
    if (this.#now() - this.#openSince < PROBE_EVERY_MS) return false;
    // This caller is the probe; the others wait for its outcome.
    this.#openSince = this.#now();
    return true;
  }

  #failed(): void {
    const now = this.#now();
    this.#failures = [...this.#failures.filter((at) => now - at < WINDOW_MS), now];
    if (this.#failures.length >= FAILURES_TO_OPEN) this.#openSince ??= now;
  }
}
