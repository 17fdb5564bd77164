/** One connection to PostgreSQL: encrypted, verified, with the login of the moment and a second try with the other. */
import pg from "pg";
import type { Login, Logins } from "./logins.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Off for a server of a test alone. */
  readonly tls: boolean;
}

const CONNECT_TIMEOUT_MS = 3_000;

/** bigint columns stay text: a number would lose digits past 2^53. Instants and dates stay text too. */
const asText = new pg.TypeOverrides();
const BIGINT = 20;
const TIMESTAMPTZ = 1184;
const DATE = 1082;
for (const oid of [BIGINT, TIMESTAMPTZ, DATE]) asText.setTypeParser(oid, (value: string) => value);

export function clientConfig(endpoint: Endpoint, login: Login, applicationName: string): pg.ClientConfig {
  return {
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.database,
    user: login.user,
    password: login.password,
    // `host` is what the certificate is checked against when the endpoint is an IP address.
    ssl: endpoint.tls ? { host: endpoint.host, minVersion: "TLSv1.2" } : false,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: applicationName,
    types: asText,
    // Statements are sent without waiting for the answers of the ones before.
    pipeline: true,
  };
}

export async function connect(endpoint: Endpoint, logins: Logins, applicationName: string): Promise<pg.Client> {
  return withOtherLogin(logins, async (login) => {
    const client = new pg.Client(clientConfig(endpoint, login, applicationName));
    // A connection that breaks while idle has nobody to tell; the next statement on it fails.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  });
}

/** Runs what logs in; when the server refuses the login, once more with what the secrets say then. */
export async function withOtherLogin<T>(logins: Logins, attempt: (login: Login) => Promise<T>): Promise<T> {
  const login = await logins.current();
  try {
    return await attempt(login);
  } catch (error) {
    if (!isLoginRefused(error)) throw error;
    logins.refused(login);
    return attempt(await logins.current());
  }
}

/** A named statement: prepared once a connection, so its text is parsed once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * @param timeoutMs  after it the statement fails and its connection is destroyed: on a pipelined connection nothing
 *                   that was sent behind it would be answered
 */
export async function runStatement<R extends pg.QueryResultRow>(
  client: pg.ClientBase,
  statement: Statement,
  values: readonly unknown[],
  timeoutMs: number,
): Promise<readonly R[]> {
  // The driver takes the limit with the statement; its type does not know that.
  const query = { ...statement, values: [...values], query_timeout: timeoutMs } as pg.QueryConfig;
  return (await client.query<R>(query)).rows;
}

const LOGIN_REFUSED = new Set(["28P01", "28000"]);
export function isLoginRefused(error: unknown): boolean {
  return LOGIN_REFUSED.has(codeOf(error));
}

export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}
