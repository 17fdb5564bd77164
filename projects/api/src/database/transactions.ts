/** Transactions on an ordinary pool, one connection each. A connection that has seen an error is not used again. */
import pg from "pg";
import { clientConfig, runStatement, withOtherLogin, type Endpoint, type Statement } from "./connect.ts";
import type { Login, Logins } from "./logins.ts";
import type { Queryable } from "./reader.ts";
import { CommitFailed, isConnectionLost } from "./unavailable.ts";

export interface Transaction extends Queryable {
  /** Bounds one statement more tightly than the rest. */
  query<R extends pg.QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
    timeoutMs?: number,
  ): Promise<readonly R[]>;
}

const WRITE_TIMEOUT_MS = 5_000;

export class Transactions {
  readonly #endpoint: Endpoint;
  readonly #logins: Logins;
  readonly #connections: number;
  #pool: { readonly login: Login; readonly pool: pg.Pool } | undefined;

  constructor(endpoint: Endpoint, logins: Logins, connections: number) {
    this.#endpoint = endpoint;
    this.#logins = logins;
    this.#connections = connections;
  }

  /**
   * Commits what `work` did, or nothing of it when it throws. When the connection is lost before COMMIT was sent,
   * nothing has happened, and the work is done once more from the start.
   */
  async run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.#runOnce(work);
    } catch (error) {
      if (error instanceof CommitFailed || !isConnectionLost(error)) throw error;
      return await this.#runOnce(work);
    }
  }

  async #runOnce<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await withOtherLogin(this.#logins, (login) => this.#poolOf(login).connect());
    let broken: Error | undefined;
    const remember = (error: Error) => {
      broken = error;
    };
    client.on("error", remember);
    const query: Transaction["query"] = (statement, values, timeoutMs = WRITE_TIMEOUT_MS) =>
      runStatement(client, statement, values, timeoutMs);
    try {
      // Sent together with the first statement of the work, and seen to have worked before the commit.
      const begun = client.query("begin");
      begun.catch(remember);
      const result = await work({ query });
      await begun;
      await client.query("commit").catch((error: unknown) => {
        throw new CommitFailed(error);
      });
      return result;
    } catch (error) {
      await client.query("rollback").catch(remember);
      throw error;
    } finally {
      client.off("error", remember);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.pool.end();
  }

  /** A pool has one login. When another is due, a new pool takes over and the old one ends as its connections return. */
  #poolOf(login: Login): pg.Pool {
    if (this.#pool?.login.versionId === login.versionId) return this.#pool.pool;
    const before = this.#pool?.pool;
    const pool = new pg.Pool({
      ...clientConfig(this.#endpoint, login, "srs-api-write"),
      max: this.#connections,
      idleTimeoutMillis: 60_000,
    });
    pool.on("error", () => undefined);
    this.#pool = { login, pool };
    void before?.end();
    return pool;
  }
}
