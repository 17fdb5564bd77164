/** The server as a process: everything it talks to speaks TLS and is verified, its logins come from secrets, it ends with grace. */
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createRoles, freePort, startPostgres, type Postgres, type ServerTls } from "@records/testing/databases";
import { startRedis, type RedisServer } from "@records/testing/redis";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { generate } from "selfsigned";
import { v7 as uuidv7 } from "uuid";
import { migrate } from "../../database/src/migration/migrate.ts";
import { startAws, type Aws } from "./moto.ts";
import { eventually } from "./world.ts";

let aws: Aws;
let postgres: Postgres;
let redis: RedisServer;
let issuer: Server;
let folder: string;
let admin: pg.Client;
let variables: Record<string, string>;
let key: CryptoKey;
const campusId = uuidv7();
const studentId = uuidv7();

beforeAll(async () => {
  const tls = await loopbackCertificate();
  [aws, postgres, redis] = await Promise.all([startAws(), startPostgres({ tls }), startRedis({ tls })]);
  folder = await mkdtemp(join(tmpdir(), "records-process-"));
  await writeFile(join(folder, "ca.pem"), tls.cert);
  const superuser = await postgres.admin();
  await createRoles(superuser);
  await superuser.end();
  await postgres.createDatabase("records", { owner: "srs_owner" });
  const owner = new pg.Client({ ...postgres.login("records", "srs_owner"), ssl: { ca: tls.cert, host: "127.0.0.1" } });
  await owner.connect();
  await migrate(owner, join(import.meta.dirname, "../../database/migrations"));
  await owner.end();
  admin = await postgres.admin("records");
  await makeStudent();

  const pair = await generateKeyPair("RS256", { extractable: true });
  key = pair.privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k", alg: "RS256", use: "sig" }] });
  issuer = createServer(tls, (_, reply) => reply.end(jwks)).listen(0, "127.0.0.1");
  await once(issuer, "listening");

  const secrets = new SecretsManagerClient(aws.client);
  const secret = async (name: string, value: object) =>
    (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }))).ARN!;
  const { password } = postgres.login("records", "srs_app_a");
  const database = { engine: "postgres", host: "127.0.0.1", port: postgres.port, dbname: "records" };
  variables = {
    ...aws.variables,
    ...{ PATH: process.env.PATH!, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ENVIRONMENT: "test", LOG_LEVEL: "info" },
    ...{ DATABASE_HOST: "127.0.0.1", DATABASE_PORT: String(postgres.port), DATABASE_NAME: "records" },
    ...{ DATABASE_READ_HOST: "127.0.0.1", DATABASE_READ_PORT: String(postgres.port) },
    // The later one is wrong, as in the middle of a rotation: the service has to find its way.
    DATABASE_SECRET_ARN_A: await secret("db/app-a", { ...database, username: "srs_app_a", password }),
    DATABASE_SECRET_ARN_B: await secret("db/app-b", {
      ...database,
      username: "srs_app_b",
      password: "planted-wrong-password",
    }),
    ...{ CACHE_HOST: "127.0.0.1", CACHE_PORT: String(redis.port) },
    CACHE_SECRET_ARN: await secret("cache/api", { username: "default", password: "planted-cache-password" }),
    ...{ TOKEN_ISSUER: issuerUrl(), TOKEN_SCOPE_PREFIX: "srs/", CONFIG_PATH: folder, DOCUMENTS_PATH: folder },
  };
  secrets.destroy();
}, 90_000);

afterAll(async () => {
  issuer.close();
  await admin.end();
  await Promise.all([postgres.stop(), redis.stop(), aws.stop()]);
  await rm(folder, { recursive: true });
});

describe("the server process", () => {
  it("comes up over TLS with the login that works, serves from the cache, and its own check finds it alive", async () => {
    const server = await startServer();
    try {
      const first = await server.get(`/v1/students/${studentId}`, await token());
      const second = await server.get(`/v1/students/${studentId}`, await token());
      expect([first.status, first.headers["x-cache"], second.headers["x-cache"]]).toEqual([200, "miss", "hit"]);
      expect((await server.get("/health/ready")).json()).toMatchObject({ status: "ok" });
      expect(await exitCodeOf("healthcheck.ts", { PORT: String(server.port) })).toBe(0);
    } finally {
      expect(await server.end("SIGTERM")).toBe(0);
    }
    expect(await exitCodeOf("healthcheck.ts", { PORT: String(server.port) })).toBe(1);
    expect(server.output()).toContain('"msg":"request"');
    for (const secret of ["planted-", postgres.login("records", "srs_app_a").password])
      expect(server.output()).not.toContain(secret);
  }, 60_000);

  it("fails no request while it is told to stop under load, and each has its entry", async () => {
    const server = await startServer();
    const bearer = await token();
    const requests = load(server, bearer);
    await eventually(() => expect(requests.served.length).toBeGreaterThan(50));
    const exit = server.end("SIGTERM");
    await eventually(async () => expect((await server.get("/health/live")).status).toBe(503));
    expect(await exit).toBe(0);
    await requests.stop();
    expect(requests.failed).toEqual([]);
    await expectEntriesOf(requests.served);
  }, 60_000);

  it("has an entry for every reply a client got, even when it is killed", async () => {
    const server = await startServer();
    const requests = load(server, await token());
    await eventually(() => expect(requests.served.length).toBeGreaterThan(100));
    await server.end("SIGKILL");
    await requests.stop();
    await expectEntriesOf(requests.served);
  }, 60_000);

  it("does not start without its environment, and names what is missing", async () => {
    const { CACHE_SECRET_ARN: _, ...incomplete } = variables;
    const server = spawnServer({ ...incomplete, PORT: "1" });
    const [code] = await once(server.child, "exit");
    expect(code).toBe(1);
    expect(server.output()).toContain("CACHE_SECRET_ARN is not set");
  }, 30_000);
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly json: () => unknown;
}

function spawnServer(environment: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/server.ts")], { env: environment });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { child, output: () => Buffer.concat(chunks).toString() };
}

async function startServer() {
  const port = await freePort();
  const { child, output } = spawnServer({ ...variables, PORT: String(port) });
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const get = (path: string, bearer?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      // Before the handshake is over nothing of the request has been sent.
      let sent = false;
      const sending = request({ host: "127.0.0.1", port, path, agent, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("error", reject);
        reply.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ status: reply.statusCode!, headers: reply.headers, json: () => JSON.parse(body) });
        });
      });
      sending.on("socket", (socket) => {
        sent = sending.reusedSocket;
        socket.once("secureConnect", () => (sent = true));
      });
      sending.on("error", (error) => reject(Object.assign(error, { sent })));
      sending.end();
    });
  try {
    await eventually(async () => expect((await get("/health/ready")).status).toBe(200), 20_000);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`The server did not come up: ${output()}`, { cause: error });
  }
  return {
    port,
    output,
    get,
    end: async (signal: NodeJS.Signals) => {
      const exit = once(child, "exit");
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

/** Some clients that ask again as soon as they are answered, until nobody listens any more. */
function load(server: Awaited<ReturnType<typeof startServer>>, bearer: string) {
  const served: string[] = [];
  const failed: string[] = [];
  let stopped = false;
  const client = async () => {
    while (!stopped) {
      try {
        const reply = await server.get(`/v1/students/${studentId}`, bearer);
        if (reply.status === 200) served.push(String(reply.headers["x-request-id"]));
        else failed.push(String(reply.status));
      } catch (error) {
        // Nobody listens any more, and nothing was sent: a load balancer tries another task. The rest is a lost request.
        const { sent, message } = error as Error & { sent?: boolean };
        if (sent !== false) failed.push(message);
        return;
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  return {
    served,
    failed,
    stop: async () => {
      stopped = true;
      await clients;
    },
  };
}

async function expectEntriesOf(requestIds: readonly string[]): Promise<void> {
  const { rows } = await admin.query<{ request_id: string }>(
    "select request_id from audit.audit_entries where request_id = any ($1::uuid[]) and status = 200",
    [requestIds],
  );
  expect(rows.map(({ request_id }) => request_id).toSorted()).toEqual(requestIds.toSorted());
}

async function exitCodeOf(script: string, environment: Record<string, string>): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src", script)], {
    env: { PATH: process.env.PATH!, ...environment },
    stdio: "ignore",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  return code;
}

function issuerUrl(): string {
  return `https://127.0.0.1:${(issuer.address() as AddressInfo).port}/pool`;
}

function token(): Promise<string> {
  return new SignJWT({ client_id: "client-1", scope: "srs/students.read", token_use: "access" })
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuer(issuerUrl())
    .setSubject("client-1")
    .setJti(uuidv7())
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
}

async function loopbackCertificate(): Promise<ServerTls> {
  const pair = await generate([{ name: "commonName", value: "loopback" }], {
    ...{ keyType: "ec", curve: "P-256", algorithm: "sha256" },
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  return { key: pair.private, cert: pair.cert };
}

async function makeStudent(): Promise<void> {
  const personId = uuidv7();
  await admin.query("insert into records.campuses (id, code, name, time_zone) values ($1, 'MAI', 'Main', 'UTC')", [
    campusId,
  ]);
  await admin.query(
    `insert into records.persons (id, legal_name, net_id, institutional_email)
     values ($1, '{"family": "Planted", "given": "Zoë"}', 'planted1', 'planted1@example.edu')`,
    [personId],
  );
  await admin.query(
    `insert into records.students (id, person_id, student_number, career, lifecycle, class_level, home_campus_id, campus_ids, sort_name)
     values ($1, $2, '900000001', 'undergraduate', 'active', 'junior', $3, array[$3::uuid], 'planted')`,
    [studentId, personId, campusId],
  );
  await admin.query(
    `insert into records.party_agreements (id, client_id, party_name, campus_ids, scopes, purposes, state, signed_on, expires_on)
     values ($1, 'client-1', 'A campus system', array[$2::uuid], '{students.read}', '{advising}', 'active', '2020-01-01', '2999-12-31')`,
    [uuidv7(), campusId],
  );
}
