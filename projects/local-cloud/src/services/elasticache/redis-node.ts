/** One Redis server of a replication group: TLS only, users from an ACL file, nothing written to disk. */
import { Redis } from "ioredis";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
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
  #admin: Redis | undefined;

  constructor(cloud: Cloud, spec: { name: string; port: number; folder: string; passwords: NodePasswords }) {
    this.#cloud = cloud;
    this.name = spec.name;
    this.port = spec.port;
    this.folder = spec.folder;
    this.#passwords = spec.passwords;
  }

  get processName(): string {
    return `elasticache-${this.name}`;
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
    const process = await this.#cloud.processes.ensure({
      name: this.processName,
      command: "/bin/sh",
      args: ["-c", START_SCRIPT, server, this.#configFile],
      env: {
        LD_LIBRARY_PATH: join(toolFolder(), "redis-7/usr/lib/x86_64-linux-gnu"),
        REPLICATION_PASSWORD: this.#passwords.replication,
      },
      restart: "always",
      stopTimeoutMs: 5_000,
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    let ended = false;
    void process.ended.then(() => (ended = true));
    while (!(await this.answers())) {
      if (ended || Date.now() > deadline) {
        throw new Error(
          `Redis of the node ${this.name} ${ended ? "ended while starting" : "does not answer"}; ` +
            `its log says why: ${join(this.#cloud.home, "logs", `${this.processName}.log`)}`,
        );
      }
      await delay(25);
    }
  }

  async stop(): Promise<void> {
    this.disconnect();
    await this.#cloud.processes.stop(this.processName);
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
  async answers(): Promise<boolean> {
    if (!this.#cloud.processes.get(this.processName)?.alive) return false;
    return this.command("ping").then(
      () => true,
      () => false,
    );
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
