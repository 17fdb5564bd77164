/** What the task can reach, looked at every two seconds, so that a health request costs nothing and waits for nothing. */
import { stat } from "node:fs/promises";
import type { AuditLog } from "./audit/audit-log.ts";
import type { StudentCache } from "./cache/student-cache.ts";
import type { Reader } from "./database/reader.ts";

export type CheckState = "ok" | "degraded" | "fail";
export interface HealthReport {
  readonly status: CheckState;
  readonly checks: Readonly<Record<"database" | "audit" | "redis" | "stream" | "files", CheckState>>;
}

interface Probed {
  readonly primary: Reader;
  readonly replica: Reader;
  readonly auditLog: AuditLog;
  readonly cache: StudentCache;
  readonly folders: readonly string[];
}

const PROBE_EVERY_MS = 2_000;
const PROBE_LIMIT_MS = 500;
/** Events that wait longer than this mean that the relay or the stream is away. */
const OUTBOX_AGE_SECONDS_MAX = 30;

const REACHABLE = { name: "health_reachable_v1", text: "select 1" };
const OLDEST_UNSENT = {
  name: "outbox_oldest_unsent_v1",
  text: `
    select extract(epoch from now() - created_at)::float8 as age_seconds
      from records.outbox where sent_at is null order by position limit 1`,
};

export class Health {
  readonly #probed: Probed;
  #checks: Omit<HealthReport["checks"], "audit"> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #draining = false;

  constructor(probed: Probed) {
    this.#probed = probed;
  }

  get live(): boolean {
    return !this.#draining;
  }

  /** Live and ready turn to 503, so that no new work is sent here. */
  drain(): void {
    this.#draining = true;
  }

  report(): HealthReport {
    const { database, redis, stream, files } = this.#checks ?? {
      database: "fail",
      redis: "fail",
      stream: "fail",
      files: "fail",
    };
    const audit = this.#probed.auditLog.healthy ? "ok" : "fail";
    const checks = { database, audit, redis, stream, files } as const;
    const failed = this.#draining || database === "fail" || audit === "fail";
    const degraded = Object.values(checks).some((state) => state !== "ok");
    return { status: failed ? "fail" : degraded ? "degraded" : "ok", checks };
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.#probe();
    this.#timer = setInterval(() => void this.#probe(), PROBE_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #probe(): Promise<void> {
    const { primary, replica, cache, folders } = this.#probed;
    const [writer, reader, redis, unsent, ...mounted] = await Promise.allSettled([
      within(primary.query(REACHABLE, [])),
      within(replica.query(REACHABLE, [])),
      within(cache.answers()),
      within(primary.query<{ age_seconds: number }>(OLDEST_UNSENT, [])),
      ...folders.map((folder) => within(stat(folder))),
    ]);
    const reached = [writer, reader].filter(({ status }) => status === "fulfilled").length;
    const age = unsent.status === "fulfilled" ? (unsent.value[0]?.age_seconds ?? 0) : Number.POSITIVE_INFINITY;
    this.#checks = {
      database: reached === 2 ? "ok" : reached === 1 ? "degraded" : "fail",
      redis: redis.status === "fulfilled" && redis.value ? "ok" : "degraded",
      stream: age <= OUTBOX_AGE_SECONDS_MAX ? "ok" : "degraded",
      files: mounted.every(({ status }) => status === "fulfilled") ? "ok" : "degraded",
    };
  }
}

/** The probe's answer, or a rejection when it takes too long; the work itself is not stopped. */
async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("probe limit")), PROBE_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
