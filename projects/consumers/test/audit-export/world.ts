/** An audit log in a real database, and a store that never writes over what it has. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import pg from "pg";
import { migrate } from "../../../database/src/migration/migrate.ts";
import { AuditLog } from "../../src/audit-export/audit-log.ts";
import type { Signer } from "../../src/audit-export/anchor.ts";
import type { ExportedStore } from "../../src/audit-export/verify.ts";
import type { WriteOnceStore } from "../../src/audit-export/write-once-store.ts";

const MIGRATIONS = join(import.meta.dirname, "../../../database/migrations");

export class MemoryStore implements WriteOnceStore {
  readonly objects = new Map<string, Buffer>();
  /** Keys that were put, each time. */
  readonly puts: string[] = [];
  /** Answers every put from now on with this error, until it is taken away. */
  failure: Error | undefined;

  put(key: string, body: string | Buffer): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.puts.push(key);
    if (!this.objects.has(key)) this.objects.set(key, Buffer.from(body));
    return Promise.resolve();
  }

  under(prefix: string): readonly string[] {
    return [...this.objects].filter(([key]) => key.startsWith(prefix)).map(([, body]) => body.toString("utf8"));
  }
}

export const keyPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const KEY_ID = "arn:aws:kms:us-east-1:000000000000:key/11111111-0000-4000-8000-000000000000";

/** DER, as KMS answers. */
export const signer: Signer = {
  keyId: KEY_ID,
  sign: (text) => Promise.resolve(sign("sha256", Buffer.from(text), keyPair.privateKey)),
};

export function storeOf(store: MemoryStore, publicKey: KeyObject = keyPair.publicKey): ExportedStore {
  return {
    manifests: store.under("audit/manifests/"),
    anchors: store.under("anchors/"),
    read: (key) => Promise.resolve(store.objects.get(key)),
    publicKeyOf: (keyId) => (keyId === KEY_ID ? publicKey : undefined),
  };
}

export class AuditWorld {
  readonly #postgres: Postgres;
  #database = "";
  #databases = 0;
  #clients: pg.Client[] = [];

  private constructor(postgres: Postgres) {
    this.#postgres = postgres;
  }

  static async start(): Promise<AuditWorld> {
    const postgres = await startPostgres();
    const admin = await postgres.admin();
    await createRoles(admin);
    await admin.end();
    return new AuditWorld(postgres);
  }

  stop(): Promise<void> {
    return this.#postgres.stop();
  }

  /** An empty log. */
  async begin(): Promise<void> {
    this.#databases += 1;
    this.#database = `audit_${this.#databases}`;
    await this.#postgres.createDatabase(this.#database, { owner: "srs_owner" });
    const owner = await this.as("srs_owner");
    await migrate(owner, MIGRATIONS);
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
    this.#clients = [];
  }

  async as(user: string): Promise<pg.Client> {
    const client = new pg.Client(this.#postgres.login(this.#database, user));
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  async log(): Promise<AuditLog> {
    return new AuditLog(await this.as("srs_app_a"));
  }
}

/** As the service writes them, in the caller's transaction. */
export async function append(client: pg.Client, count: number, at = new Date("2026-11-24T10:00:00Z")): Promise<void> {
  await client.query(
    `insert into audit.audit_entries (id, at, request_id, method, route, action, decision, status, cache, duration_ms)
     select gen_random_uuid(), $2, gen_random_uuid(), 'GET', '/v1/students/{id}', 'read', 'allow', 200, 'hit', 1.5
       from generate_series(1, $1)`,
    [count, at],
  );
}
