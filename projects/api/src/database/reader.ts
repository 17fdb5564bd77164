/**
 * Reads on a few dedicated connections, each of which carries many statements at a time. A statement that takes too
 * long destroys its connection, because nothing behind it would be answered; the reads that fall with it are retried.
 */
import type pg from "pg";
import { connect, runStatement, type Endpoint, type Statement } from "./connect.ts";
import { LastingConnection } from "./lasting-connection.ts";
import type { Logins } from "./logins.ts";
import { isConnectionLost, isDatabaseUnavailable } from "./unavailable.ts";

/** What a repository needs to run a statement. */
export interface Queryable {
  query<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<readonly R[]>;
}

const READ_TIMEOUT_MS = 2_000;

export class Reader implements Queryable {
  readonly #connections: readonly LastingConnection[];
  #next = 0;
  #closed = false;

  constructor(endpoint: Endpoint, logins: Logins, connections: number) {
    const open = () => connect(endpoint, logins, "srs-api-read");
    this.#connections = Array.from({ length: connections }, () => new LastingConnection(open));
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
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  #queryOnce<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<readonly R[]> {
    const connection = this.#connections[this.#next]!;
    this.#next = (this.#next + 1) % this.#connections.length;
    return connection.use(
      (client) => runStatement<R>(client, statement, values, READ_TIMEOUT_MS),
      isDatabaseUnavailable,
    );
  }
}
