/**
 * Version markers as a writer sets them: raised before the commit, and confirmed by a replica of the cache, so that a
 * failover of the cache does not bring back what they condemn (CACHE-6, CACHE-20). On a connection of their own,
 * because waiting for a replica would hold up the reads behind it.
 */
import type { Redis } from "ioredis";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { generationKey, markerKey } from "./keys.ts";
import { LOWER_MARKER, RAISE_MARKER } from "./scripts.ts";

/** Longer than any value lives, so that a marker never goes before what it condemns. */
const MARKER_SECONDS = 3_600;
const CONFIRMED_WITHIN_MS = 50;

/** A marker that was raised, with what is needed to take it back. */
export interface RaisedMarker {
  readonly studentId: string;
  readonly version: string;
  readonly before: string | null;
}

interface Scripted {
  raiseMarker(marker: string, version: string, seconds: number): Promise<string | null>;
  lowerMarker(marker: string, version: string, before: string, seconds: number): Promise<number>;
}

export interface MarkersOptions {
  readonly redis: Redis;
  readonly environment: string;
  /** How many replicas must have a marker. Of all that are there the most complete one takes over, so one is enough. */
  readonly copies: number;
  /** Hears of every failure. */
  readonly onFailure: (error: unknown) => void;
}

export class Markers {
  readonly #redis: Redis & Scripted;
  readonly #environment: string;
  readonly #copies: number;
  readonly #breaker: CircuitBreaker;

  constructor({ redis, environment, copies, onFailure }: MarkersOptions) {
    redis.defineCommand("raiseMarker", { numberOfKeys: 1, lua: RAISE_MARKER });
    redis.defineCommand("lowerMarker", { numberOfKeys: 1, lua: LOWER_MARKER });
    this.#redis = redis as Redis & Scripted;
    this.#environment = environment;
    this.#copies = copies;
    this.#breaker = new CircuitBreaker(onFailure);
  }

  /** Makes every view of older versions stale. @returns undefined when that was not confirmed */
  async raise(studentId: string, version: bigint): Promise<RaisedMarker | undefined> {
    const text = version.toString();
    const marker = markerKey(this.#environment, studentId);
    const raised = await this.#breaker.run(async () => {
      const connection = this.#redis.stream;
      const before = await this.#redis.raiseMarker(marker, text, MARKER_SECONDS);
      await this.#confirmed(connection);
      return before;
    });
    return raised === undefined ? undefined : { studentId, version: text, before: raised.answer };
  }

  /** Takes a marker back after a rollback. When that fails the student is merely uncached for a while. */
  async lower({ studentId, version, before }: RaisedMarker): Promise<void> {
    const marker = markerKey(this.#environment, studentId);
    await this.#breaker.run(() => this.#redis.lowerMarker(marker, version, before ?? "", MARKER_SECONDS));
  }

  /** From here on the cache remembers everything about this generation. @returns whether it said so */
  async begin(generation: number): Promise<boolean> {
    const begun = await this.#breaker.run(() => this.#redis.set(generationKey(this.#environment), String(generation)));
    return begun !== undefined;
  }

  async answers(): Promise<boolean> {
    return (await this.#breaker.run(() => this.#redis.ping())) !== undefined;
  }

  /** The server counts for what this connection wrote; on another one it would confirm nothing that matters. */
  async #confirmed(connection: Redis["stream"]): Promise<void> {
    if (this.#copies === 0) return;
    const copies = await this.#redis.wait(this.#copies, CONFIRMED_WITHIN_MS);
    if (copies < this.#copies || this.#redis.stream !== connection) {
      throw new Error(`A marker is held by ${copies} replicas of the cache, not ${this.#copies}.`);
    }
  }
}
