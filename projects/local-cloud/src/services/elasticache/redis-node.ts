/** One Redis server of a replication group: TLS only, users from an ACL file, nothing written to disk. */
import { Redis } from "ioredis";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Cloud } from "../../cloud.ts";
import { ServerProcess } from "../../processes/server-process.ts";
import { writeFileAtomically } from "../../runtime/durable-json.ts";
import { requireTool, toolFolder } from "../../runtime/tools.ts";
import { ADMIN_USER, REPLICATION_USER, aclFile } from "./access-control.ts";
import type { ServerUser } from "./access-control.ts";

const START_TIMEOUT_MS = 15_000;
const COMMAND_TIMEOUT_MS = 5_000;

/** Names in the certificate: the primary's and the reader's address. */
const ENDPOINT_NAMES = ["127.0.0.1", "127.0.0.2", "localhost"];

/**
 * The password for replication reaches the server through its standard input, out of an environment that is kept
 * nowhere. A here-document is a pipe, and `exec` leaves one process: the server.
 */
const START_SCRIPT = `exec "$0" "$@" - <<end
masterauth $REPLICATION_PASSWORD
end`;

export interface NodePasswords {
  readonly admin: string;
  readonly replication: string;
}

export class RedisNode {
  /** `srs-local-cache-001`, the name of the cache cluster. */
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  readonly #cloud: Cloud;
  readonly #passwords: NodePasswords;
  readonly #server: ServerProcess;
  #admin: Redis | undefined;

  constructor(cloud: Cloud, spec: { name: string; port: number; folder: string; passwords: NodePasswords }) {
    this.#cloud = cloud;
    this.name = spec.name;
    this.port = spec.port;
    this.folder = spec.folder;
    this.#passwords = spec.passwords;
    this.#server = new ServerProcess(cloud, {
      processName: `elasticache-${spec.name}`,
      what: `Redis of the node ${spec.name}`,
      startTimeoutMs: START_TIMEOUT_MS,
      ask: () => this.command("ping"),
    });
  }

  get processName(): string {
    return this.#server.name;
  }

  /** Clients may be sent here. */
  get ready(): boolean {
    return this.#server.ready;
  }

  hasFolder(): boolean {
    return existsSync(this.#configFile);
  }

  get #configFile(): string {
    return join(this.folder, "redis.conf");
  }

  async configure(
    settings: ReadonlyMap<string, string>,
    users: readonly ServerUser[],
    primaryPort?: number,
  ): Promise<void> {
    const { certFile, keyFile } = await this.#cloud.certificates.issue(ENDPOINT_NAMES);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.writeUsers(users);
    const lines = [
      ...["bind 127.0.0.1", "port 0", `tls-port ${this.port}`, "tls-replication yes", "tls-auth-clients no"],
      ...[
        `tls-cert-file "${certFile}"`,
        `tls-key-file "${keyFile}"`,
        `tls-ca-cert-file "${this.#cloud.certificates.caFile}"`,
      ],
      ...['tls-protocols "TLSv1.2 TLSv1.3"', `dir "${this.folder}"`, `aclfile "${this.#aclFile}"`],
      ...[
        'save ""',
        "appendonly no",
        "repl-diskless-sync yes",
        "repl-diskless-sync-delay 0",
        "repl-diskless-load on-empty-db",
      ],
      ...["daemonize no", `masteruser ${REPLICATION_USER}`],
      ...[...settings].map(([name, value]) => `${name} ${value === "" ? '""' : value}`),
      ...(primaryPort === undefined ? [] : [`replicaof 127.0.0.1 ${primaryPort}`]),
    ];
    writeFileAtomically(this.#configFile, `${lines.join("\n")}\n`);
  }

  get #aclFile(): string {
    return join(this.folder, "users.acl");
  }

  writeUsers(users: readonly ServerUser[]): void {
    writeFileAtomically(this.#aclFile, aclFile(users));
  }

  /** Adopts the server that runs already, or starts it; resolves when it answers. */
  async start(): Promise<void> {
    const server = requireTool("redis-7/usr/bin/redis-server");
    await this.#server.start({
      command: "/bin/sh",
      args: ["-c", START_SCRIPT, server, this.#configFile],
      env: {
        LD_LIBRARY_PATH: join(toolFolder(), "redis-7/usr/lib/x86_64-linux-gnu"),
        REPLICATION_PASSWORD: this.#passwords.replication,
      },
      stopTimeoutMs: 5_000,
    });
  }

  async stop(): Promise<void> {
    this.disconnect();
    await this.#server.stop();
  }

  async destroy(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  disconnect(): void {
    if (this.#admin?.status !== "end") this.#admin?.disconnect();
    this.#admin = undefined;
  }

  /** The process lives and the server takes a command. */
  answers(): Promise<boolean> {
    return this.#server.answers();
  }

  /** Whom it follows, by the port, and how far it has come with what it follows. */
  async replication(): Promise<{ readonly follows: number | undefined; readonly offset: number }> {
    const text = String(await this.command("info", "replication"));
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(text)?.[1];
    return {
      follows: field("role") === "slave" ? Number(field("master_port")) : undefined,
      offset: Number(field("slave_repl_offset") ?? field("master_repl_offset")),
    };
  }

  /** A command of the cloud itself. */
  async command(name: string, ...args: readonly string[]): Promise<unknown> {
    const client = this.#connection();
    try {
      return await client.call(name, ...args);
    } catch (error) {
      // A connection that failed once is not used again: the server behind it may be another one by now.
      if (client.status !== "ready") this.disconnect();
      throw error;
    }
  }

  #connection(): Redis {
    if (this.#admin && this.#admin.status !== "end") return this.#admin;
    const client = new Redis({
      host: "127.0.0.1",
      port: this.port,
      username: ADMIN_USER,
      password: this.#passwords.admin,
      tls: { ca: readFileSync(this.#cloud.certificates.caFile, "utf8") },
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: COMMAND_TIMEOUT_MS,
    });
    // The command that fails reports it; an idle connection that breaks is no event.
    client.on("error", () => undefined);
    this.#admin = client;
    return client;
  }
}
