/**
 * Reads on a few dedicated connections, each of which carries many statements at a time. A statement that takes too
 * long destroys its connection, because nothing behind it would be answered; the reads that fall with it are retried.
 */
import type pg from "pg";
import { connect, runStatement, type Endpoint, type Statement } from "./connect.ts";
import type { Logins } from "./logins.ts";
import { isDatabaseUnavailable } from "./unavailable.ts";

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
      if (this.#closed || !isDatabaseUnavailable(error)) throw error;
      return await this.#queryOnce<R>(statement, values);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const clients = await Promise.allSettled(this.#slots.filter((slot) => slot !== undefined));
    await Promise.allSettled(clients.map((client) => (client.status === "fulfilled" ? client.value.end() : undefined)));
  }

  async #queryOnce<R extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<readonly R[]> {
    return runStatement<R>(await this.#client(), statement, values, READ_TIMEOUT_MS);
  }

  #client(): Promise<pg.Client> {
    if (this.#closed) throw new Error("Client was closed and is not queryable");
    const slot = this.#next;
    this.#next = (slot + 1) % this.#slots.length;
    const present = this.#slots[slot];
    if (present !== undefined) return present;
    const opened = connect(this.#endpoint, this.#logins, "srs-api-read");
    this.#slots[slot] = opened;
    const free = () => {
      if (this.#slots[slot] === opened) this.#slots[slot] = undefined;
    };
    opened.then((client) => client.once("end", free), free);
    return opened;
  }
}
