/** A whole service for a test file: real database, real Redis, an issuer whose keys the test holds, and the app as the server builds it. */
import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import { startRedis, type RedisServer } from "@records/testing/redis";
import type { FastifyInstance } from "fastify";
import { Redis } from "ioredis";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";
import { Writable } from "node:stream";
import { join } from "node:path";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { migrate } from "../../database/src/migration/migrate.ts";
import { buildApp } from "../src/app.ts";
import { connectCache } from "../src/cache/connect.ts";
import type { Endpoint } from "../src/database/connect.ts";
import { makeDependencies, type Dependencies, type Surroundings } from "../src/dependencies.ts";
import { loggerOptions } from "../src/plugins/app/request-log.ts";
import { RemoteIssuerKeys } from "../src/tokens/issuer-keys.ts";

export const ISSUER = "https://issuer.example.edu/pool";
export const AUDIT_COLUMNS =
  "action, decision, reason, status, subject_id, subjects, client_id, cache, row_count, version::int, purpose";

export interface NewStudent {
  readonly campus?: string;
  readonly family?: string;
  readonly personalEmail?: string | null;
  readonly enrollment?: { readonly basis?: string; readonly state?: string };
}
export interface MadeStudent {
  readonly id: string;
  readonly number: string;
  readonly family: string;
  readonly enrollmentId: string;
}

export interface Task {
  readonly app: FastifyInstance;
  readonly dependencies: Dependencies;
}

export class World {
  postgres!: Postgres;
  redis!: RedisServer;
  /** Superuser on the service's database. */
  admin!: pg.Client;
  app!: FastifyInstance;
  dependencies!: Dependencies;
  surroundings!: Surroundings;
  /** Everything the service has logged. */
  readonly logLines: string[] = [];
  readonly campuses = { MAI: uuidv7(), NOR: uuidv7() };
  readonly #sectionIds: Record<string, string> = {};
  readonly #termId = uuidv7();
  #key!: CryptoKey;
  #jwks: JWK[] = [];
  #numbers = 0;
  readonly #tasks: Task[] = [];
  readonly #redisClients: Redis[] = [];

  async start(): Promise<void> {
    [this.postgres, this.redis] = await Promise.all([startPostgres(), startRedis()]);
    const superuser = await this.postgres.admin();
    await createRoles(superuser);
    await superuser.end();
    await this.postgres.createDatabase("records", { owner: "srs_owner" });
    const owner = new pg.Client(this.postgres.login("records", "srs_owner"));
    await owner.connect();
    await migrate(owner, join(import.meta.dirname, "../../database/migrations"));
    await owner.end();
    this.admin = await this.postgres.admin("records");
    const pair = await generateKeyPair("ES256", { extractable: true });
    this.#key = pair.privateKey;
    this.#jwks = [{ ...(await exportJWK(pair.publicKey)), kid: "key-1", alg: "ES256", use: "sig" }];
    await this.#makeCatalog();
    this.surroundings = await this.makeSurroundings();
    this.dependencies = makeDependencies(this.surroundings);
    await this.dependencies.health.start();
    this.app = await this.buildApp(this.dependencies);
  }

  async stop(): Promise<void> {
    for (const task of [{ app: this.app, dependencies: this.dependencies }, ...this.#tasks]) {
      await task.app?.close();
      await task.dependencies?.close();
    }
    // Twice would keep a timer of the client's alive.
    for (const client of this.#redisClients) if (!/^(end|disconnecting)$/.test(client.status)) client.disconnect();
    await this.admin?.end();
    await Promise.all([this.postgres?.stop(), this.redis?.stop()]);
  }

  /** A second task on the same stores; it ends with the world. */
  async anotherTask(changes: Partial<Surroundings> = {}): Promise<Task> {
    const dependencies = makeDependencies({ ...(await this.makeSurroundings()), ...changes });
    await dependencies.health.start();
    const task = { dependencies, app: await this.buildApp(dependencies) };
    this.#tasks.push(task);
    return task;
  }

  /** Before the world does, where the task's own servers end earlier. */
  async endTask(task: Task): Promise<void> {
    this.#tasks.splice(this.#tasks.indexOf(task), 1);
    await task.app.close();
    await task.dependencies.close();
  }

  private async makeSurroundings(): Promise<Surroundings> {
    const endpoint = this.endpoint("records");
    const { user, password } = this.postgres.login("records", "srs_app_a");
    return {
      environment: "test",
      primary: endpoint,
      replica: endpoint,
      logins: { current: () => Promise.resolve({ user, password, versionId: "1" }), refused: () => undefined },
      redis: await this.#connectRedis(),
      markerRedis: await this.#connectRedis(),
      markerCopies: 0,
      issuer: ISSUER,
      scopePrefix: "srs/",
      issuerKeys: new RemoteIssuerKeys(() => Promise.resolve(this.#jwks)),
      folders: [import.meta.dirname],
      onFailure: () => undefined,
    };
  }

  /** Closed with the world, also when a task is given another one instead. */
  async #connectRedis(): Promise<Redis> {
    const client = await connectCache({ host: this.redis.host, port: this.redis.port, tls: false }, undefined);
    this.#redisClients.push(client);
    return client;
  }

  endpoint(database: string): Endpoint {
    const { host, port } = this.postgres.login(database, "srs_app_a");
    return { host, port, database, tls: false };
  }

  /** A copy of the service's database as it is now. The service loses its connections for a moment, as in a failover. */
  async copyDatabase(name: string): Promise<void> {
    const superuser = await this.postgres.admin();
    await this.admin.end();
    await superuser.query("alter database records allow_connections false");
    await superuser.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'records'");
    await superuser.query(`create database ${name} template records`);
    await superuser.query("alter database records allow_connections true");
    await superuser.end();
    this.admin = await this.postgres.admin("records");
  }

  async buildApp(dependencies: Dependencies): Promise<FastifyInstance> {
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logLines.push(chunk.toString());
        done();
      },
    });
    const app = await buildApp(dependencies, { logger: loggerOptions("trace", "test", stream) });
    await app.ready();
    return app;
  }

  /** Headers of a client with an agreement of its own, unless a client id is given. */
  async caller(
    options: {
      readonly scopes?: readonly string[];
      readonly campuses?: readonly ("MAI" | "NOR")[];
      readonly purposes?: readonly string[];
      readonly state?: string;
      readonly expiresOn?: string;
    } = {},
  ): Promise<{ readonly clientId: string; readonly headers: { readonly authorization: string } }> {
    const clientId = `client-${uuidv7()}`;
    const scopes = options.scopes ?? ["students.read", "students.write", "grades.write"];
    await this.admin.query(
      `insert into records.party_agreements (id, client_id, party_name, campus_ids, scopes, purposes, state, signed_on, expires_on)
       values ($1, $2, 'A campus system', $3, $4, $5, $6, '2020-01-01', $7)`,
      [
        ...[uuidv7(), clientId, (options.campuses ?? ["MAI"]).map((code) => this.campuses[code]), scopes],
        ...[options.purposes ?? ["advising"], options.state ?? "active", options.expiresOn ?? "2999-12-31"],
      ],
    );
    return {
      clientId,
      headers: { authorization: `Bearer ${await this.token({ client_id: clientId, scope: prefixed(scopes) })}` },
    };
  }

  /** As the issuer makes them, apart from what is given. A claim set to undefined is left out. */
  async token(claims: JWTPayload = {}, header: Record<string, unknown> = {}, key = this.#key): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      ...{
        iss: ISSUER,
        sub: typeof claims.client_id === "string" ? claims.client_id : "client",
        client_id: "client",
        token_use: "access",
        jti: uuidv7(),
      },
      ...{ iat: now, exp: now + 3600, scope: "srs/students.read", ...claims },
    };
    return new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: "key-1", ...header }).sign(key);
  }

  get publicKey(): JWK {
    return this.#jwks[0]!;
  }

  async student(options: NewStudent = {}): Promise<MadeStudent> {
    const number = `9${String(10_000_000 + ++this.#numbers)}`;
    const [id, personId, enrollmentId] = [uuidv7(), uuidv7(), uuidv7()];
    const campus = this.campuses[(options.campus ?? "MAI") as "MAI"];
    const family = options.family ?? `Planted-Öztürk-${number}`;
    const name = { family, given: "Zoë" };
    await this.admin.query(
      `insert into records.persons (id, legal_name, net_id, institutional_email, personal_email, phones)
       values ($1, $2, $3, $4, $5, '[{"type": "mobile", "e164": "+13125550100"}]')`,
      [personId, name, `p${number}`, `p${number}@example.edu`, options.personalEmail ?? null],
    );
    await this.admin.query(
      `insert into records.students (id, person_id, student_number, career, lifecycle, class_level, home_campus_id, campus_ids, sort_name)
       values ($1, $2, $3, 'undergraduate', 'active', 'junior', $4, array[$4::uuid], $5)`,
      [id, personId, number, campus, family.toLowerCase()],
    );
    const { basis = "letter", state = "enrolled" } = options.enrollment ?? {};
    await this.admin.query(
      `insert into records.enrollments (id, student_id, section_id, term_id, state, credits, grading_basis, added_on)
       values ($1, $2, $3, $4, $5, 3, $6, '2026-08-24')`,
      [enrollmentId, id, this.#sectionIds[campus], this.#termId, state, basis],
    );
    return { id, number, family, enrollmentId };
  }

  /** Audit entries of a request, in order of their making. */
  async audited(requestId: unknown): Promise<Record<string, unknown>[]> {
    const { rows } = await this.admin.query<Record<string, unknown>>(
      `select ${AUDIT_COLUMNS} from audit.audit_entries where request_id = $1 order by at`,
      [requestId],
    );
    return rows;
  }

  async events(studentId: string): Promise<{ type: string; sequence: string; payload: Record<string, unknown> }[]> {
    const { rows } = await this.admin.query<{ type: string; sequence: string; payload: Record<string, unknown> }>(
      "select type, sequence, payload from records.outbox where student_id = $1 order by position",
      [studentId],
    );
    return rows;
  }

  /** A Redis connection of the test's own. */
  openRedis(): Redis {
    return new Redis({ host: this.redis.host, port: this.redis.port });
  }

  async #makeCatalog(): Promise<void> {
    await this.admin.query(
      `insert into records.academic_sessions (id, code, title, type, start_date, add_deadline, drop_deadline, census_date,
         withdraw_deadline, end_date, grades_due_at, state)
       values ($1, '2026FA', 'Fall 2026', 'term', '2026-08-24', '2026-09-04', '2026-09-11', '2026-09-14', '2026-11-06',
         '2026-12-18', '2026-12-28T12:00:00Z', 'in_progress')`,
      [this.#termId],
    );
    const courseId = uuidv7();
    await this.admin.query(
      `insert into records.courses (id, subject, number, title, credit_min, credit_max, grading_bases, career)
       values ($1, 'HIST', '101', 'Foundations', 3, 3, '{letter}', 'undergraduate')`,
      [courseId],
    );
    for (const [index, [code, id]] of Object.entries(this.campuses).entries()) {
      await this.admin.query("insert into records.campuses (id, code, name, time_zone) values ($1, $2, $2, 'UTC')", [
        id,
        code,
      ]);
      this.#sectionIds[id] = uuidv7();
      await this.admin.query(
        `insert into records.sections (id, course_id, term_id, campus_id, crn, section_no, credits, modality, capacity, state)
         values ($1, $2, $3, $4, $5, '001', 3, 'in_person', 30, 'open')`,
        [this.#sectionIds[id], courseId, this.#termId, id, String(10_001 + index)],
      );
    }
  }
}

export function prefixed(scopes: readonly string[]): string {
  return scopes.map((scope) => `srs/${scope}`).join(" ");
}

/** One world for a test file. */
export function useWorld(): World {
  const world = new World();
  beforeAll(() => world.start(), 60_000);
  afterAll(() => world.stop(), 30_000);
  return world;
}

export async function eventually(check: () => Promise<void> | void, deadlineMs = 10_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
