/** What to do with a batch of a stream after its function has run: pure, so that order and losses can be proven. */
export interface Work<R> {
  readonly records: readonly R[];
  /** Invocations of exactly these records that failed. */
  readonly failures: number;
}

export type Outcome =
  | { readonly kind: "success" }
  /** The function named the first record it could not do; those before it are done. */
  | { readonly kind: "partial"; readonly firstFailed: number }
  /** It threw, timed out, or answered what cannot be read. */
  | { readonly kind: "failure" };

export interface RetrySettings {
  readonly bisect: boolean;
  /** -1: until the records expire. */
  readonly maximumRetryAttempts: number;
}

export interface Decision<R> {
  /** Done, from the start of the batch. */
  readonly completed: readonly R[];
  /** In this order, before any later record. */
  readonly next: readonly Work<R>[];
  /** Given up: to the on-failure destination. */
  readonly discarded: readonly R[];
}

/**
 * A batch that made progress goes on with the rest as a batch of its own. One that made none is cut where the function
 * failed when bisecting is on (a cut costs no attempt, as on AWS), and otherwise tried again until its attempts are used up.
 */
export function decide<R>(work: Work<R>, outcome: Outcome, settings: RetrySettings): Decision<R> {
  const { records } = work;
  if (outcome.kind === "success") return { completed: records, next: [], discarded: [] };
  const firstFailed = outcome.kind === "partial" ? outcome.firstFailed : 0;
  if (firstFailed > 0) {
    const rest = { records: records.slice(firstFailed), failures: 1 };
    return exhausted(rest, settings)
      ? { completed: records.slice(0, firstFailed), next: [], discarded: rest.records }
      : { completed: records.slice(0, firstFailed), next: [rest], discarded: [] };
  }
  if (settings.bisect && records.length > 1) {
    const cut = outcome.kind === "partial" ? 1 : Math.ceil(records.length / 2);
    const halves = [records.slice(0, cut), records.slice(cut)];
    return { completed: [], next: halves.map((half) => ({ records: half, failures: 0 })), discarded: [] };
  }
  const again = { records, failures: work.failures + 1 };
  return exhausted(again, settings)
    ? { completed: [], next: [], discarded: records }
    : { completed: [], next: [again], discarded: [] };
}

function exhausted(work: Work<unknown>, settings: RetrySettings): boolean {
  if (settings.maximumRetryAttempts < 0) return false;
  // What can still be cut is never given up as a whole.
  if (settings.bisect && work.records.length > 1) return false;
  return work.failures > settings.maximumRetryAttempts;
}

/**
 * Reads a function's answer under `ReportBatchItemFailures`.
 * @param sequenceNumbers of the batch, in its order
 */
export function reportedOutcome(payload: string, sequenceNumbers: readonly string[]): Outcome {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    return { kind: "failure" };
  }
  // Nothing, an empty object and an empty list all mean that everything is done.
  if (answer === null || typeof answer !== "object") return { kind: answer === null ? "success" : "failure" };
  const failures: unknown = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return { kind: "failure" };
  if (failures.length === 0) return { kind: "success" };
  const positions = failures.map((item: { itemIdentifier?: string } | null) =>
    sequenceNumbers.indexOf(item?.itemIdentifier ?? ""),
  );
  if (positions.includes(-1)) return { kind: "failure" }; // a name that is not in the batch: nothing it says can be trusted
  return { kind: "partial", firstFailed: Math.min(...positions) };
}

/** Which of the lanes of a shard takes a key: always the same, so that one key's records stay in order. */
export function laneOf(partitionKey: string, lanes: number): number {
  let hash = 0x811c9dc5; // FNV-1a: short keys spread well
  for (const byte of Buffer.from(partitionKey)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % lanes;
}

/** How far a shard is done when its lanes finish out of order: everything up to a position, without a gap. */
export class Progress {
  readonly #order: string[] = [];
  readonly #done = new Set<string>();
  #position: string | undefined;

  constructor(position: string | undefined) {
    this.#position = position;
  }

  /** Last sequence number of which no earlier record is still open. */
  get position(): string | undefined {
    return this.#position;
  }
  get open(): number {
    return this.#order.length;
  }

  read(sequenceNumber: string): void {
    this.#order.push(sequenceNumber);
  }

  done(sequenceNumber: string): void {
    this.#done.add(sequenceNumber);
    let finished = 0;
    for (const first of this.#order) {
      if (!this.#done.delete(first)) break;
      this.#position = first;
      finished += 1;
    }
    this.#order.splice(0, finished);
  }
}
