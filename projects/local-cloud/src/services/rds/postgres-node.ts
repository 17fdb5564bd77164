/** One PostgreSQL server of a cluster: a process on a data folder, reached by the cloud over a private socket. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { Address, Cloud } from "../../cloud.ts";
import { ServerProcess } from "../../processes/server-process.ts";
import { settingLine } from "./parameters.ts";
import { POSTGRES } from "./postgres-binaries.ts";
import { ADMIN_ROLE, REPLICATION_ROLE } from "./volume.ts";

/** Longest path a unix socket may have on Linux. */
const SOCKET_PATH_BYTES_MAX = 107;
const START_TIMEOUT_MS = 30_000;
const QUERY_TIMEOUT_MS = 60_000;

export interface NodeSpec {
  /** Identifier of the RDS instance. */
  readonly identifier: string;
  readonly dataFolder: string;
  /** Port of PostgreSQL itself, without TLS; the door alone uses it. */
  readonly port: number;
}

export class PostgresNode {
  readonly identifier: string;
  readonly dataFolder: string;
  readonly address: Address;
  /** Clients' sessions, as the doors opened them. */
  readonly sessions = new Set<Socket>();
  readonly #cloud: Cloud;
  readonly #server: ServerProcess;
  #pool: pg.Pool | undefined;

  constructor(cloud: Cloud, spec: NodeSpec) {
    this.#cloud = cloud;
    this.identifier = spec.identifier;
    this.dataFolder = spec.dataFolder;
    this.address = { host: "127.0.0.1", port: spec.port };
    this.#server = new ServerProcess(cloud, {
      processName: `rds-${spec.identifier}`,
      what: `PostgreSQL of the instance ${spec.identifier}`,
      startTimeoutMs: START_TIMEOUT_MS,
      ask: () => (existsSync(this.socketPath()) ? this.query("select 1") : Promise.reject(new Error("no socket yet"))),
    });
  }

  get processName(): string {
    return this.#server.name;
  }

  get alive(): boolean {
    return this.#server.alive;
  }

  /** Clients may be sent here. */
  get ready(): boolean {
    return this.#server.ready;
  }

  /** A replica carries this file, and PostgreSQL removes it at promotion: the disk itself says who writes. */
  isStandby(): boolean {
    return existsSync(join(this.dataFolder, "standby.signal"));
  }

  hasData(): boolean {
    return existsSync(join(this.dataFolder, "PG_VERSION"));
  }

  socketFolder(): string {
    return socketFolder(this.#cloud.home, this.processName);
  }

  socketPath(): string {
    return join(this.socketFolder(), `.s.PGSQL.${this.address.port}`);
  }

  /**
   * Writes the whole configuration. Dynamic settings count after `reload`, the others after a restart.
   * @param place whom a replica follows, or which replicas must have a commit before the writer confirms it
   */
  async configure(
    settings: Readonly<Record<string, string>>,
    place: { readonly primary: PostgresNode } | { readonly confirmedBy: readonly string[] },
  ): Promise<void> {
    const own: Record<string, string> = {
      listen_addresses: this.address.host,
      port: String(this.address.port),
      unix_socket_directories: this.socketFolder(),
      ssl: "off",
      fsync: "on",
      wal_level: "replica",
      hot_standby: "on",
      max_slot_wal_keep_size: "1GB",
      // A replica that hears nothing asks again soon, and says often how far it is.
      wal_retrieve_retry_interval: "250ms",
      wal_receiver_status_interval: "1s",
      logging_collector: "off",
      timezone: "UTC",
      log_timezone: "UTC",
    };
    if ("primary" in place) {
      const { address } = place.primary;
      const slot = slotName(this.identifier);
      own.primary_conninfo = `host=${place.primary.socketFolder()} port=${address.port} user=${REPLICATION_ROLE} application_name=${slot}`;
      own.primary_slot_name = slot;
    } else if (place.confirmedBy.length > 0) {
      const names = place.confirmedBy.map((identifier) => `"${slotName(identifier)}"`);
      own.synchronous_standby_names = `FIRST ${names.length} (${names.join(", ")})`;
    }
    const lines = Object.entries({ ...settings, ...own }).map(([name, value]) => settingLine(name, value));
    await writeFile(join(this.dataFolder, "postgresql.conf"), `${lines.join("\n")}\n`, { mode: 0o600 });
  }

  /**
   * Adopts the server that runs already, or starts it; resolves when it answers.
   * @param primary  whom it follows: a copy that is not consistent yet needs it in order to answer at all
   */
  async start(primary?: PostgresNode): Promise<void> {
    await privateFolder(this.socketFolder());
    const spec = {
      command: POSTGRES,
      args: ["-D", this.dataFolder],
      env: { LC_ALL: "C", TZ: "UTC" },
      refusesRoot: true,
      // A fast shutdown: sessions are ended, the data is written.
      stopSignal: "SIGINT",
      stopTimeoutMs: 20_000,
    } as const;
    await this.#server.start(spec, () => primary?.alive === false);
  }

  async stop(): Promise<void> {
    await this.disconnect();
    await this.#server.stop();
    await rm(this.socketFolder(), { recursive: true, force: true });
  }

  /** A session of a server that died may outlive it by a statement: its client must not hear of that any more. */
  cutSessions(): void {
    for (const session of this.sessions) session.destroy();
  }

  /** Lets go of the cloud's own connections; the server stays. */
  async disconnect(): Promise<void> {
    const ended = this.#pool?.end();
    this.#pool = undefined;
    // Of a server that died some connections never say goodbye.
    if (this.alive) await ended;
  }

  /** The process lives and the server takes a query. */
  answers(): Promise<boolean> {
    return this.#server.answers();
  }

  async reload(): Promise<void> {
    await this.query("select pg_reload_conf()");
  }

  /** A statement of the cloud itself, as the administrator over the socket. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.#connections().query<Row>(text, [...values]);
    return rows;
  }

  /** One connection for a story of several statements; always given back. */
  async session<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connections().connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }

  #connections(): pg.Pool {
    if (this.#pool) return this.#pool;
    const pool = new pg.Pool({
      host: this.socketFolder(),
      port: this.address.port,
      user: ADMIN_ROLE,
      database: "postgres",
      application_name: "local-cloud",
      max: 4,
      idleTimeoutMillis: 5_000,
      allowExitOnIdle: true,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    // An idle connection that breaks because the server died is not an event of its own: the next query fails or reconnects.
    pool.on("error", () => undefined);
    this.#pool = pool;
    return pool;
  }
}

/** Replication slots take lower-case letters, digits and underscores. */
export function slotName(identifier: string): string {
  return identifier.toLowerCase().replace(/[^a-z0-9]/g, "_");
}

/** Under the cloud's home where the path is short enough for a socket, otherwise in the temporary folder. */
function socketFolder(home: string, processName: string): string {
  const name = createHash("sha256").update(processName).digest("hex").slice(0, 8);
  const inHome = join(home, "sockets", name);
  if (Buffer.byteLength(join(inHome, ".s.PGSQL.65535")) <= SOCKET_PATH_BYTES_MAX) return inHome;
  const unique = createHash("sha256").update(`${home}\0${processName}`).digest("hex").slice(0, 16);
  return join(tmpdir(), `local-cloud-${unique}`);
}

/** Only the cloud's own user may enter: behind it PostgreSQL asks for no password. */
async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) {
    throw new Error(`${folder} must be a folder of this user that nobody else can enter; remove it and deploy again.`);
  }
}
