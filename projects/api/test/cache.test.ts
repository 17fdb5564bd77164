import { decode, encode } from "../src/cache/cached-student.ts";
import { StudentCache } from "../src/cache/student-cache.ts";
import { STUDENT_VIEW } from "../src/schemas/student.ts";
import { useWorld, type Task } from "./world.ts";

const world = useWorld();
const read = (id: string, headers: Record<string, string>, task: Pick<Task, "app"> = world) =>
  task.app.inject({ url: `/v1/students/${id}`, headers });

async function change(
  id: string,
  headers: Record<string, string>,
  personalEmail: string,
  task: Pick<Task, "app"> = world,
) {
  const { etag } = (await read(id, headers, task)).headers;
  const reply = await task.app.inject({
    method: "PATCH",
    url: `/v1/students/${id}`,
    headers: { ...headers, "content-type": "application/merge-patch+json", "if-match": String(etag) },
    payload: JSON.stringify({ person: { personalEmail } }),
  });
  expect(reply.statusCode).toBe(200);
  return reply;
}

const generation = async (): Promise<number> =>
  (await world.admin.query<{ generation: number }>("select generation from records.cache_fence")).rows[0]!.generation;

describe("the cache", () => {
  it("holds the version in its first eight bytes, then what a decision needs, then the reply as it was sent", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const { body } = await read(student.id, headers);
    const redis = world.openRedis();
    const key = `test:g${await generation()}:st:{${student.id}}:${STUDENT_VIEW}`;
    const value = await redis.getBuffer(key);
    expect(await redis.ttl(key)).toBeGreaterThan(500);
    redis.disconnect();
    expect(value!.readBigUInt64BE(0)).toBe(1n);
    expect(decode(value!)).toEqual({
      aggregateVersion: 1n,
      version: 1,
      campusIds: [world.campuses.MAI],
      body: Buffer.from(body),
    });
  });

  it("keeps versions beyond 2^53", () => {
    const student = { aggregateVersion: 2n ** 53n + 1n, version: 1, campusIds: [], body: Buffer.from("{}") };
    expect(decode(encode(student))).toEqual(student);
  });

  it("raises the student's marker before the change is committed", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    await change(student.id, headers, "a@personal.example.edu");
    const redis = world.openRedis();
    expect(await redis.get(`test:v:{${student.id}}`)).toBe("2");
    expect(await redis.ttl(`test:v:{${student.id}}`)).toBeGreaterThan(3_000);
    redis.disconnect();
  });

  it("shows a change made through one task to the next read of another, which had the student cached", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const other = await world.anotherTask();
    await read(student.id, headers, other);
    expect((await read(student.id, headers, other)).headers["x-cache"]).toBe("hit");
    const changed = await change(student.id, headers, "b@personal.example.edu");
    expect((await read(student.id, headers, other)).body).toBe(changed.body);
  });

  it("drops a refill that read before a change and stores after it", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const paused = await world.anotherTask();
    const store = StudentCache.prototype.store.bind(paused.dependencies.cache);
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slow = jest.spyOn(paused.dependencies.cache, "store").mockImplementation(async (...args) => {
      reached.resolve();
      await gate.promise;
      return store(...args);
    });
    const slowRead = read(student.id, headers, paused);
    await reached.promise;
    const changed = await change(student.id, headers, "c@personal.example.edu");
    gate.resolve();
    await slowRead;
    slow.mockRestore();
    for (const task of [world, paused, world]) expect((await read(student.id, headers, task)).body).toBe(changed.body);
  });

  it("repeats a read on the writer when the replica's row is older than the marker", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    // A replica that has stopped following: a copy of the database from before the change.
    await world.copyDatabase("behind");
    const lagging = await world.anotherTask({ replica: world.endpoint("behind") });
    const changed = await change(student.id, headers, "d@personal.example.edu");
    expect((await read(student.id, headers, lagging)).body).toBe(changed.body);
    expect((await read(student.id, headers)).body).toBe(changed.body);
  });

  it("takes a marker back when the change is rolled back, unless a later change has raised it", async () => {
    const { markers } = world.dependencies;
    const { id } = await world.student();
    const redis = world.openRedis();
    const first = await markers.raise(id, 2n);
    await markers.lower(first!);
    expect(await redis.get(`test:v:{${id}}`)).toBeNull();
    const second = await markers.raise(id, 2n);
    await markers.raise(id, 3n);
    await markers.lower(second!);
    expect(await redis.get(`test:v:{${id}}`)).toBe("3");
    const fourth = await markers.raise(id, 10n);
    await markers.lower(fourth!);
    expect(await redis.get(`test:v:{${id}}`)).toBe("3");
    redis.disconnect();
  });

  it("never lowers a marker by raising it, in number order and not in text order", async () => {
    const { markers } = world.dependencies;
    const { id } = await world.student();
    const redis = world.openRedis();
    await markers.raise(id, 10n);
    await markers.raise(id, 9n);
    expect(await redis.get(`test:v:{${id}}`)).toBe("10");
    redis.disconnect();
  });
});

describe("without Redis", () => {
  it("serves and changes students from the database, and serves nothing stale when it is back", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    await read(student.id, headers);
    expect((await read(student.id, headers)).headers["x-cache"]).toBe("hit");
    const before = await generation();
    world.redis.pause();
    let changed;
    try {
      expect((await read(student.id, headers)).headers["x-cache"]).toBe("miss");
      // The marker cannot be raised: the change says so in the database instead.
      changed = await change(student.id, headers, "e@personal.example.edu");
      expect((await read(student.id, headers)).body).toBe(changed.body);
    } finally {
      world.redis.resume();
    }
    const other = await world.anotherTask();
    for (const task of [other, world, other]) expect((await read(student.id, headers, task)).body).toBe(changed.body);
    // A new generation has begun, and the cache is used again.
    const { rows } = await world.admin.query("select generation, suspect from records.cache_fence");
    expect(rows).toEqual([{ generation: before + 1, suspect: false }]);
    expect((await read(student.id, headers, other)).headers["x-cache"]).toBe("hit");
  });
});
