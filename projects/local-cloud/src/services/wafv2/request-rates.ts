/** A window is counted in this many slices, so that what is kept does not grow with the traffic. */
const SLICES = 60;
/** Above this many groups those that were quiet for a window are forgotten. */
const GROUPS_MAX = 10_000;

interface Counter {
  readonly windowMs: number;
  lastMs: number;
  /** Requests by slice, oldest first. */
  slices: { readonly index: number; count: number }[];
}

/** How many requests each group sent in the window that ends now. In memory alone: a restart begins to count anew. */
export class RequestRates {
  readonly #counters = new Map<string, Counter>();

  /** Counts a request of the group. @returns how many there were in the window, this one included */
  count(group: string, windowMs: number, nowMs: number): number {
    const counter = this.#counter(group, windowMs, nowMs);
    const sliceMs = windowMs / SLICES;
    const index = Math.floor(nowMs / sliceMs);
    counter.lastMs = nowMs;
    counter.slices = counter.slices.filter((slice) => slice.index > index - SLICES);
    const last = counter.slices.at(-1);
    if (last?.index === index) last.count += 1;
    else counter.slices.push({ index, count: 1 });
    return counter.slices.reduce((sum, { count }) => sum + count, 0);
  }

  #counter(group: string, windowMs: number, nowMs: number): Counter {
    const known = this.#counters.get(group);
    if (known?.windowMs === windowMs) return known;
    if (this.#counters.size >= GROUPS_MAX) this.#forget(nowMs);
    const counter: Counter = { windowMs, lastMs: nowMs, slices: [] };
    this.#counters.set(group, counter);
    return counter;
  }

  #forget(nowMs: number): void {
    for (const [group, { lastMs, windowMs }] of this.#counters) {
      if (lastMs <= nowMs - windowMs) this.#counters.delete(group);
    }
  }
}
