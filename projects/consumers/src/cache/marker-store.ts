/** Version markers in Redis: what a cached record must be at least as new as to be served. */
import { Redis } from "ioredis";

/** Longer than any value lives, so a marker outlives what it makes stale. */
const MARKER_SECONDS = 3_600;
const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * KEYS: marker. ARGV: version, seconds to live. Raises, never lowers, in one step.
 * Versions are decimal text, and a shorter one is smaller: as numbers they would lose digits past 2^53.
 * An equal marker is written again for its time to live.
 */
const RAISE_MARKER = `
  local before = redis.call('get', KEYS[1])
  if before and (#before > #ARGV[1] or (#before == #ARGV[1] and before > ARGV[1])) then return 0 end
  redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return 1`;

export interface CacheLogin {
  readonly username: string;
  readonly password: string;
}

export interface MarkerStoreOptions {
  readonly host: string;
  readonly port: number;
  /** First part of every key. */
  readonly environment: string;
  /** Asked for each connection: a rotated password counts with the next one. */
  readonly login: () => Promise<CacheLogin>;
}

type ScriptedRedis = Redis & { raiseMarker(key: string, version: string, seconds: number): Promise<number> };

export class MarkerStore {
  readonly #options: MarkerStoreOptions;
  #connection: Promise<ScriptedRedis> | undefined;

  constructor(options: MarkerStoreOptions) {
    this.#options = options;
  }

  /** Safe to repeat, and in any order: the highest version stays. */
  async raise(studentId: string, version: number): Promise<void> {
    const redis = await this.#connected();
    await redis.raiseMarker(markerKey(this.#options.environment, studentId), String(version), MARKER_SECONDS);
  }

  async close(): Promise<void> {
    const redis = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    redis?.disconnect();
  }

  /** One connection for all; a broken one is replaced by whoever needs it next. */
  async #connected(): Promise<ScriptedRedis> {
    const existing = await this.#connection?.catch(() => undefined);
    if (existing?.status === "ready") return existing;
    const opening = this.#open();
    this.#connection = opening;
    return opening;
  }

  async #open(): Promise<ScriptedRedis> {
    const { host, port, login } = this.#options;
    const redis = new Redis({
      host,
      port,
      ...(await login()),
      tls: { minVersion: "TLSv1.2" },
      lazyConnect: true,
      enableAutoPipelining: true,
      enableOfflineQueue: false,
      // The invalidator's user may run neither INFO nor CLIENT.
      enableReadyCheck: false,
      disableClientInfo: true,
      protocol: 2,
      maxRetriesPerRequest: 0,
      // A batch that meets a broken connection fails and is delivered again; nothing waits inside the function.
      retryStrategy: () => null,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
    });
    // The server's own words (WRONGPASS) come as an event; the promise only says that the connection is closed.
    let said: Error | undefined;
    redis.on("error", (error: Error) => (said = error));
    try {
      await redis.connect();
      await redis.ping();
    } catch (error) {
      redis.disconnect();
      throw new Error(`No connection to the cache at ${host}:${port}: ${(said ?? (error as Error)).message}`, {
        cause: error,
      });
    }
    redis.defineCommand("raiseMarker", { numberOfKeys: 1, lua: RAISE_MARKER });
    return redis as ScriptedRedis;
  }
}

/** The API writes and reads the same name. */
export function markerKey(environment: string, studentId: string): string {
  return `${environment}:v:{${studentId}}`;
}
