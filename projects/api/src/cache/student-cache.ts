/**
 * Students in Redis, never older than what was committed (CACHE-1 to 7). A value counts only if its version is at
 * least the student's marker, which a writer raises before it commits.
 */
import type { Redis } from "ioredis";
import { decode, encode, type StudentDocument } from "./cached-student.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { markerKey, studentKey } from "./keys.ts";
import { LOWER_MARKER, RAISE_MARKER, STORE_UNLESS_STALE } from "./scripts.ts";

/** Longer than any value lives, so that a marker never goes before what it condemns. */
const MARKER_SECONDS = 3_600;
const VALUE_SECONDS = 600;
const BODY_BYTES_MAX = 64 * 1024;

export type Lookup =
  | { readonly outcome: "hit"; readonly student: StudentDocument }
  /** `marker` is the least version that a row from the database must have. */
  | { readonly outcome: "miss"; readonly marker: bigint }
  | { readonly outcome: "unavailable" };

/** A marker that was raised, with what is needed to take it back. */
export interface RaisedMarker {
  readonly studentId: string;
  readonly version: string;
  readonly before: string | null;
}

interface Scripted {
  raiseMarker(marker: string, version: string, seconds: number): Promise<string | null>;
  lowerMarker(marker: string, version: string, before: string, seconds: number): Promise<number>;
  storeUnlessStale(marker: string, value: string, version: string, bytes: Buffer, seconds: number): Promise<number>;
}

export interface StudentCacheOptions {
  readonly redis: Redis;
  readonly environment: string;
  /** Hears of every failure; the cache itself answers "unavailable". */
  readonly onFailure: (error: unknown) => void;
}

export class StudentCache {
  readonly #redis: Redis & Scripted;
  readonly #environment: string;
  readonly #breaker: CircuitBreaker;

  constructor({ redis, environment, onFailure }: StudentCacheOptions) {
    redis.defineCommand("raiseMarker", { numberOfKeys: 1, lua: RAISE_MARKER });
    redis.defineCommand("lowerMarker", { numberOfKeys: 1, lua: LOWER_MARKER });
    redis.defineCommand("storeUnlessStale", { numberOfKeys: 2, lua: STORE_UNLESS_STALE });
    this.#redis = redis as Redis & Scripted;
    this.#environment = environment;
    this.#breaker = new CircuitBreaker(onFailure);
  }

  /** Marker and value in one round trip. */
  async lookup(generation: number, studentId: string, view: string): Promise<Lookup> {
    const keys = [markerKey(this.#environment, studentId), studentKey(this.#environment, generation, studentId, view)];
    const found = await this.#breaker.run(() => this.#redis.mgetBuffer(...keys));
    if (found === undefined) return { outcome: "unavailable" };
    const [markerText, value] = found.answer;
    const marker = BigInt(markerText?.toString() ?? "0");
    if (value === null || value === undefined) return { outcome: "miss", marker };
    const student = decode(value);
    return student.aggregateVersion >= marker ? { outcome: "hit", student } : { outcome: "miss", marker };
  }

  /** Stores unless a newer version is known. A failure costs the next reader a database read and nothing else. */
  async store(generation: number, studentId: string, view: string, student: StudentDocument): Promise<void> {
    if (student.body.length > BODY_BYTES_MAX) return;
    const marker = markerKey(this.#environment, studentId);
    const key = studentKey(this.#environment, generation, studentId, view);
    const version = student.aggregateVersion.toString();
    await this.#breaker.run(() =>
      this.#redis.storeUnlessStale(marker, key, version, encode(student), withJitter(VALUE_SECONDS)),
    );
  }

  /** Makes every view of older versions stale. @returns undefined when Redis did not confirm it */
  async raise(studentId: string, version: bigint): Promise<RaisedMarker | undefined> {
    const text = version.toString();
    const marker = markerKey(this.#environment, studentId);
    const raised = await this.#breaker.run(() => this.#redis.raiseMarker(marker, text, MARKER_SECONDS));
    return raised === undefined ? undefined : { studentId, version: text, before: raised.answer };
  }

  /** Takes a marker back after a rollback. When that fails the student is merely uncached for a while. */
  async lower({ studentId, version, before }: RaisedMarker): Promise<void> {
    const marker = markerKey(this.#environment, studentId);
    await this.#breaker.run(() => this.#redis.lowerMarker(marker, version, before ?? "", MARKER_SECONDS));
  }

  async answers(): Promise<boolean> {
    return (await this.#breaker.run(() => this.#redis.ping())) !== undefined;
  }
}

/** Values stored together do not expire together. */
function withJitter(seconds: number): number {
  return Math.round(seconds * (0.9 + Math.random() * 0.2));
}
