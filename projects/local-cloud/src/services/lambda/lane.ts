import { setTimeout as sleep } from "node:timers/promises";
import type { _Record as KinesisRecord } from "@aws-sdk/client-kinesis";
import { decide, type Outcome, type RetrySettings, type Work } from "./batch.ts";
import type { Pace } from "./pace.ts";

export interface LaneSettings extends RetrySettings {
  readonly batchSize: number;
  readonly windowMs: number;
  /** -1: as long as the stream keeps them. */
  readonly maximumRecordAgeMs: number;
}

export type GivenUpBecause = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface LaneParts {
  readonly settings: LaneSettings;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Runs the function once; `throttled` when it may not run now. */
  readonly invoke: (records: readonly KinesisRecord[]) => Promise<Outcome | "throttled">;
  readonly giveUp: (records: readonly KinesisRecord[], because: GivenUpBecause, attempts: number) => Promise<void>;
  readonly done: (records: readonly KinesisRecord[]) => void;
}

/** Of the 6 MB of an event, with room for what stands around the records' data. */
const DATA_BYTES_MAX = 4_000_000;

/** The records of some keys of a shard, strictly one batch after the other. */
export class Lane {
  readonly #parts: LaneParts;
  readonly #queue: KinesisRecord[] = [];
  #arrived: (() => void) | undefined;
  readonly finished: Promise<void>;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    parts.signal.addEventListener("abort", () => this.#arrived?.());
    this.finished = this.#work();
  }

  push(record: KinesisRecord): void {
    this.#queue.push(record);
    this.#arrived?.();
  }

  async #work(): Promise<void> {
    const { signal, pace } = this.#parts;
    while (!signal.aborted) {
      const records = await this.#nextBatch();
      let open: readonly Work<KinesisRecord>[] = records.length === 0 ? [] : [{ records, failures: 0 }];
      let failuresInRow = 0;
      while (!signal.aborted) {
        const [work, ...later] = await this.#withoutExpired(open);
        if (work === undefined) break;
        const outcome = await this.#parts.invoke(work.records);
        if (signal.aborted) return; // what was under way is delivered again: the checkpoint does not hold it
        if (outcome === "throttled") {
          open = [work, ...later];
          await this.#pause(pace.throttledMs);
          continue;
        }
        const { completed, next, discarded } = decide(work, outcome, this.#parts.settings);
        this.#parts.done(completed);
        if (discarded.length > 0) {
          await this.#parts.giveUp(discarded, "RetryAttemptsExhausted", work.failures + 1);
          this.#parts.done(discarded);
        }
        open = [...next, ...later];
        failuresInRow = outcome.kind === "success" || discarded.length > 0 ? 0 : failuresInRow + 1;
        if (failuresInRow > 0)
          await this.#pause(Math.min(pace.backoffFirstMs * 2 ** (failuresInRow - 1), pace.backoffMsMax));
      }
    }
  }

  /** A full batch, or what has come when the window closes. */
  async #nextBatch(): Promise<readonly KinesisRecord[]> {
    const { batchSize, windowMs } = this.#parts.settings;
    while (this.#queue.length === 0 && !this.#parts.signal.aborted) await this.#somethingArrives();
    const closesAt = Date.now() + windowMs;
    while (this.#queue.length < batchSize && Date.now() < closesAt && !this.#parts.signal.aborted) {
      await Promise.race([this.#somethingArrives(), this.#pause(closesAt - Date.now())]);
    }
    let bytes = 0;
    let count = 0;
    for (const record of this.#queue.slice(0, batchSize)) {
      bytes += record.Data?.length ?? 0;
      if (count > 0 && bytes > DATA_BYTES_MAX) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #withoutExpired(open: readonly Work<KinesisRecord>[]): Promise<readonly Work<KinesisRecord>[]> {
    const { maximumRecordAgeMs } = this.#parts.settings;
    if (maximumRecordAgeMs < 0) return open;
    const kept: Work<KinesisRecord>[] = [];
    for (const work of open) {
      const expired = (record: KinesisRecord): boolean =>
        Date.now() - (record.ApproximateArrivalTimestamp?.getTime() ?? Date.now()) > maximumRecordAgeMs;
      const old = work.records.filter(expired);
      if (old.length > 0) {
        await this.#parts.giveUp(old, "RecordAgeExceeded", work.failures);
        this.#parts.done(old);
      }
      const records = work.records.filter((record) => !old.includes(record));
      if (records.length > 0) kept.push({ ...work, records });
    }
    return kept;
  }

  #somethingArrives(): Promise<void> {
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  /** Ends early when the mapping is stopped. */
  async #pause(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), undefined, { signal: this.#parts.signal, ref: false }).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
  }
}
