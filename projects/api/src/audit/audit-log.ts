/**
 * Makes audit entries durable before replies leave. Entries that arrive while a commit runs ride in the next one:
 * a commit per request would cost twenty times as much, and a log file loses entries when the process is killed.
 */
import type pg from "pg";
import { codeOf, connect, runStatement, type Endpoint } from "../database/connect.ts";
import type { Logins } from "../database/logins.ts";
import { isConnectionLost } from "../database/unavailable.ts";
import { APPEND_AUDIT, auditValues, type AuditEntry } from "./entry.ts";

/** The entry is not known to be durable. The reply it belongs to must not leave. */
export class AuditUnavailable extends Error {
  constructor(cause?: unknown) {
    super("The audit entry could not be committed in time", { cause });
    this.name = "AuditUnavailable";
  }
}

/** A caller waits no longer than this for its entry. */
export const AUDIT_TIMEOUT_MS = 500;
const BATCH_MAX = 512;

/** What one commit held and how long it took. */
export interface CommittedBatch {
  readonly entries: number;
  readonly seconds: number;
}

interface Waiting {
  readonly entry: AuditEntry;
  readonly settle: (error?: unknown) => void;
  /** Its caller has been refused: there is no reply to record. */
  abandoned: boolean;
}

export class AuditLog {
  readonly #endpoint: Endpoint;
  readonly #logins: Logins;
  readonly #committed: (batch: CommittedBatch) => void;
  #connection: Promise<pg.Client> | undefined;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #lastCommitFailed = false;

  constructor(endpoint: Endpoint, logins: Logins, committed: (batch: CommittedBatch) => void = () => undefined) {
    this.#endpoint = endpoint;
    this.#logins = logins;
    this.#committed = committed;
  }

  get healthy(): boolean {
    return !this.#lastCommitFailed;
  }

  /** Resolves when the entry is committed. @throws {AuditUnavailable} it is not, or not in time */
  append(entry: AuditEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => {
        clearTimeout(deadline);
        if (error === undefined) resolve();
        else reject(new AuditUnavailable(error));
      };
      const waiting: Waiting = { entry, settle, abandoned: false };
      const deadline = setTimeout(() => {
        waiting.abandoned = true;
        this.#lastCommitFailed = true;
        settle(new Error(`not committed within ${AUDIT_TIMEOUT_MS} ms`));
      }, AUDIT_TIMEOUT_MS);
      this.#waiting.push(waiting);
      this.#running ??= this.#commitAll();
    });
  }

  /** Everything that waits is committed or refused, then the connection ends. */
  async close(): Promise<void> {
    await this.#running;
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.then((client) => client.end()).catch(() => undefined);
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX).filter(({ abandoned }) => !abandoned);
      if (batch.length > 0) await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#insert(batch);
      this.#committed({ entries: batch.length, seconds: (performance.now() - startedAt) / 1000 });
      this.#lastCommitFailed = false;
      for (const { settle } of batch) settle();
    } catch (error) {
      // One entry that the table refuses must not take the replies of others with it.
      if (isRefusedValue(error) && batch.length > 1) {
        for (const each of batch) await this.#commit([each]);
        return;
      }
      this.#lastCommitFailed = true;
      for (const { settle } of batch) settle(error);
    }
  }

  /** A connection that was lost while idle is met here first: once more, on a new one. What was too slow is not repeated. */
  async #insert(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#send(batch);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      this.#connection = undefined;
      await this.#send(batch);
    }
  }

  /** A new connection may take longer than callers wait: who has been refused meanwhile is left out. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    const client = await this.#client();
    const due = batch.filter(({ abandoned }) => !abandoned).map(({ entry }) => entry);
    if (due.length > 0) await runStatement(client, APPEND_AUDIT, auditValues(due), AUDIT_TIMEOUT_MS);
  }

  #client(): Promise<pg.Client> {
    if (this.#connection !== undefined) return this.#connection;
    const opened = connect(this.#endpoint, this.#logins, "srs-api-audit");
    this.#connection = opened;
    const forget = () => {
      if (this.#connection === opened) this.#connection = undefined;
    };
    opened.then((client) => client.once("end", forget), forget);
    return opened;
  }
}

/** SQLSTATE classes 22 and 23: the data is wrong, not the database. */
function isRefusedValue(error: unknown): boolean {
  return /^2[23]/.test(codeOf(error));
}
