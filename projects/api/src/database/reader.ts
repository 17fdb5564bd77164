/**
 * Reads on a few dedicated connections, each of which carries many statements at a time. A statement that takes too
 * long destroys its connection, because nothing behind it would be answered; the reads that fall with it are retried.
 */
import type pg from "pg";
import { connect, runStatement, type Endpoint, type Statement } from "./connect.ts";
import type { Logins } from "./logins.ts";
import { isConnectionLost, isDatabaseUnavailable } from "./unavailable.ts";

/** What a repository needs to run a statement. */
export interface Queryable {
  query<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<readonly R[]>;
}

const READ_TIMEOUT_MS = 2_000;

export class Reader implements Queryable {
  readonly #endpoint: Endpoint;
  readonly #logins: Logins;
  readonly #slots: (Promise<pg.Client> | undefined)[];
  #next = 0;
  #closed = false;

  constructor(endpoint: Endpoint, logins: Logins, connections: number) {
    this.#endpoint = endpoint;
    this.#logins = logins;
    this.#slots = Array.from({ length: connections }, () => undefined);
  }

  async query<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      return await this.#queryOnce<R>(statement, values);
    } catch (error) {
      if (this.#closed || !isConnectionLost(error)) throw error;
      return await this.#queryOnce<R>(statement, values);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#slots.filter((slot) => slot !== undefined);
    await Promise.allSettled(opened.map((slot) => slot.then((client) => client.end())));
  }

  async #queryOnce<R extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly R[]> {
    const slot = this.#next;
    this.#next = (slot + 1) % this.#slots.length;
    const opened = this.#open(slot);
    try {
      return await runStatement<R>(await opened, statement, values, READ_TIMEOUT_MS);
    } catch (error) {
      // The driver says so before it has seen the connection end: the next statement must not take it again.
      if (isDatabaseUnavailable(error)) this.#free(slot, opened);
      throw error;
    }
  }

  #open(slot: number): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error("Client was closed and is not queryable"));
    const present = this.#slots[slot];
    if (present !== undefined) return present;
    const opened = connect(this.#endpoint, this.#logins, "srs-api-read");
    this.#slots[slot] = opened;
    const free = () => this.#free(slot, opened);
    opened.then((client) => client.once("end", free), free);
    return opened;
  }

  #free(slot: number, connection: Promise<pg.Client>): void {
    if (this.#slots[slot] === connection) this.#slots[slot] = undefined;
  }
}
