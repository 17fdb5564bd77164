/** Credentials change under those who use them: nobody outside notices. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CampusSystem, type Reply } from "../src/campus-system.ts";
import { findDeployment, ROOT, type Deployment } from "../src/deployment.ts";
import { eventually } from "../src/eventually.ts";
import { expectSuccess, make } from "../test/make.ts";
import { tasksOf } from "../test/processes.ts";
import { paced, requestLoop } from "../test/request-loop.ts";
import { Rotations } from "./rotate.ts";

const STACK = "local-rot";
const HOME = join(ROOT, ".local", STACK);
const MINUTE_MS = 60_000;
/** Of the whole loop, rotations included. */
const UNDER_LOAD_MS = 2 * MINUTE_MS;

jest.setTimeout(8 * MINUTE_MS);

let deployment: Deployment;
let sis: CampusSystem;
let rotations: Rotations;

beforeAll(async () => {
  expectSuccess(await make(STACK, "deploy-all"));
  deployment = await findDeployment(STACK);
  sis = await CampusSystem.register(deployment, "sis");
  rotations = new Rotations(deployment.operator);
});

afterAll(async () => {
  rotations?.close();
  await sis?.close();
  if (existsSync(HOME)) expectSuccess(await make(STACK, "destroy-all"));
});

async function students(count: number): Promise<readonly string[]> {
  const page = await sis.call(`/students?limit=${count}`);
  return page.body!.data!.map(({ id }) => id);
}

/** Changes a student over and over, each time from the version that the last reply gave. */
function changes(student: string, everyMs: number): () => Promise<Reply> {
  const read = paced(sis, `/students/${student}`, everyMs);
  let etag: string | undefined;
  let count = 0;
  return async () => {
    // Waits its turn with the read, so that the usage plan is never met.
    const current = await read();
    if (current.status !== 200) return current;
    etag ??= current.headers.etag;
    const reply = await sis.call(`/students/${student}`, {
      method: "PATCH",
      body: { person: { personalEmail: `rotation-${(count += 1)}@personal.example.edu` } },
      headers: { "content-type": "application/merge-patch+json", "if-match": etag! },
    });
    etag = reply.headers.etag;
    return reply;
  };
}

it("rotates both database logins and both cache logins twice, and the master's password, without a failed request", async () => {
  const { dbAppA, dbAppB, cacheApi, cacheInvalidator, dbMaster } = deployment.data.secretArns;
  const [changed, seen] = (await students(2)) as [string, string];
  const startedAt = Date.now();
  const reads = requestLoop(paced(sis, `/students/${seen}`, 100), 200);
  const writes = requestLoop(changes(changed, 250), 200);
  const ofChanged = requestLoop(paced(sis, `/students/${changed}`, 100), 200);

  for (let round = 1; round <= 2; round += 1) {
    const idle = await rotations.idleOf(dbAppA, dbAppB);
    for (const login of [idle, idle === dbAppA ? dbAppB : dbAppA]) await rotations.rotate(login);
    for (const secret of [cacheApi, cacheInvalidator, dbMaster]) await rotations.rotate(secret);
  }
  await eventually(
    "two minutes under load",
    async () => (Date.now() - startedAt >= UNDER_LOAD_MS ? true : undefined),
    UNDER_LOAD_MS,
  );

  const loops = await Promise.all([reads.stop(), writes.stop(), ofChanged.stop()]);
  expect(loops.flatMap(({ failures }) => failures)).toEqual([]);
  for (const { answered } of loops) expect(answered).toBeGreaterThan(100);
  for (const secret of [dbAppA, dbAppB, cacheApi, cacheInvalidator, dbMaster])
    expect(rotations.done.filter((done) => done === secret)).toHaveLength(2);
});

it("gives a campus system another client secret, while the one it has still opens the token endpoint", async () => {
  // The rotation itself asks for a token with the new one.
  await rotations.rotate(deployment.data.secretArns.clients.sis!);
  expect(await sis.requestToken()).toMatch(/^\S{100,}$/);
  const changedOver = await CampusSystem.register(deployment, "sis");
  expect(await changedOver.requestToken()).toMatch(/^\S{100,}$/);
  await changedOver.close();
});

it("lets tasks that start afterwards in with what the secrets say then, cache and relay among them", async () => {
  const [student] = (await students(1)) as [string];
  const before = [...tasksOf(STACK, "api"), ...tasksOf(STACK, "relay")];
  expect(before.length).toBeGreaterThanOrEqual(3);
  for (const { pid } of before) process.kill(pid, "SIGKILL");
  await eventually(
    "new tasks in place of all the old ones",
    async () => {
      const now = [...tasksOf(STACK, "api"), ...tasksOf(STACK, "relay")];
      const fresh = now.filter(({ alive, pid }) => alive && !before.some((old) => old.pid === pid));
      return fresh.length === before.length ? true : undefined;
    },
    MINUTE_MS,
  );
  // Every task has opened its connections by then: requests alternate between them.
  let inARow = 0;
  await eventually(
    "twenty reads from the cache in a row",
    async () => {
      const { status, headers } = await sis.call(`/students/${student}`);
      inARow = status === 200 && headers["x-cache"] === "hit" ? inARow + 1 : 0;
      return inARow >= 20 ? true : undefined;
    },
    MINUTE_MS,
  );
  expectSuccess(await make(STACK, "smoke"));
});
