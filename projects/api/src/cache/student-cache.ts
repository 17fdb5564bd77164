/**
 * Students in Redis, never older than what was committed (CACHE-1 to 7). A value counts only if its version is at
 * least the student's marker, which a writer raises before it commits.
 */
import type { Redis } from "ioredis";
import { decode, encode, type StudentDocument } from "./cached-student.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { generationKey, markerKey, studentKey } from "./keys.ts";
import { STORE_UNLESS_STALE } from "./scripts.ts";

const VALUE_SECONDS = 600;
const BODY_BYTES_MAX = 64 * 1024;

export type Lookup =
  | { readonly outcome: "hit"; readonly student: StudentDocument }
  /** `marker` is the least version that a row from the database must have. */
  | { readonly outcome: "miss"; readonly marker: bigint }
  /** It has lost its memory: another server, or one that was restarted. Markers may be gone, so a miss means nothing. */
  | { readonly outcome: "forgotten" }
  | { readonly outcome: "unavailable" };

interface Scripted {
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
    redis.defineCommand("storeUnlessStale", { numberOfKeys: 2, lua: STORE_UNLESS_STALE });
    this.#redis = redis as Redis & Scripted;
    this.#environment = environment;
    this.#breaker = new CircuitBreaker(onFailure);
  }

  /** Generation, marker and value in one round trip. */
  async lookup(generation: number, studentId: string, view: string): Promise<Lookup> {
    const keys = [markerKey(this.#environment, studentId), studentKey(this.#environment, generation, studentId, view)];
    const found = await this.#breaker.run(() =>
      Promise.all([this.#redis.get(generationKey(this.#environment)), this.#redis.mgetBuffer(...keys)]),
    );
    if (found === undefined) return { outcome: "unavailable" };
    const [remembered, [markerText, value]] = found.answer;
    if (remembered !== String(generation)) return { outcome: "forgotten" };
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

  async answers(): Promise<boolean> {
    return (await this.#breaker.run(() => this.#redis.ping())) !== undefined;
  }
}

/** Values stored together do not expire together. */
function withJitter(seconds: number): number {
  return Math.round(seconds * (0.9 + Math.random() * 0.2));
}
