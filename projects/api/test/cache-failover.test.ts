// The cache's primary dies, and a replica takes its place: what a write has replaced is served by nobody after its reply.
import { startRedis, type RedisServer } from "@records/testing/redis";
import { Redis } from "ioredis";
import { connectCache, MARKER_TIMEOUT_MS } from "../src/cache/connect.ts";
import type { Surroundings } from "../src/dependencies.ts";
import { MovingEndpoint } from "./moving-endpoint.ts";
import { eventually, useWorld, type Task } from "./world.ts";

const world = useWorld();

/** A primary and a replica behind one address, and a task that uses them. */
class CacheGroup {
  readonly #servers: RedisServer[] = [];
  endpoint!: MovingEndpoint;
  primary!: RedisServer;
  replica!: RedisServer;
  task!: Task;
  readonly #tasks: Task[] = [];

  async start(): Promise<void> {
    this.primary = await this.#server();
    this.replica = await this.#server();
    await ask(this.primary, "config", "set", "repl-diskless-sync-delay", "0");
    await ask(this.replica, "replicaof", this.primary.host, String(this.primary.port));
    this.endpoint = await MovingEndpoint.before(this.primary.port);
    await eventually(async () => expect(await ask(this.primary, "wait", "1", "100")).toBe(1));
    this.task = await this.newTask();
  }

  async newTask(changes: Partial<Surroundings> = {}): Promise<Task> {
    const at = { host: "127.0.0.1", port: this.endpoint.port, tls: false };
    const [redis, markerRedis] = [
      await connectCache(at, undefined),
      await connectCache(at, undefined, MARKER_TIMEOUT_MS),
    ];
    const task = await world.anotherTask({ redis, markerRedis, markerCopies: 1, ...changes });
    this.#tasks.push(task);
    return task;
  }

  /** The replica keeps what it has and hears of nothing more. */
  async separate(): Promise<void> {
    await ask(this.replica, "replicaof", "127.0.0.1", "1");
  }

  /** What a control plane does when the primary has died. */
  async promote(): Promise<void> {
    await this.primary.stop();
    await ask(this.replica, "replicaof", "no", "one");
    this.endpoint.moveTo(this.replica.port);
    await this.#connected();
  }

  /** Nobody takes over: the primary starts again, empty. */
  async restart(): Promise<void> {
    await this.primary.stop();
    this.primary = await this.#server();
    this.endpoint.moveTo(this.primary.port);
    await this.#connected();
  }

  async stop(): Promise<void> {
    for (const task of this.#tasks) await world.endTask(task);
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.endpoint.close();
  }

  async #server(): Promise<RedisServer> {
    const server = await startRedis();
    this.#servers.push(server);
    return server;
  }

  /** The task's breaker is closed again: it would not ask before. */
  async #connected(): Promise<void> {
    const { cache, markers } = this.task.dependencies;
    await eventually(async () => expect([await cache.answers(), await markers.answers()]).toEqual([true, true]));
  }
}

async function ask(server: RedisServer, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis({ host: server.host, port: server.port });
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

describe("when the cache fails over", () => {
  let group: CacheGroup;
  let headers: Record<string, string>;
  beforeEach(async () => {
    group = new CacheGroup();
    await group.start();
    ({ headers } = await world.caller());
  });
  afterEach(() => group.stop());

  const read = async (id: string, task = group.task) => task.app.inject({ url: `/v1/students/${id}`, headers });
  const change = async (id: string, personalEmail: string, task = group.task) => {
    const { etag } = (await read(id, task)).headers;
    const reply = await task.app.inject({
      method: "PATCH",
      url: `/v1/students/${id}`,
      headers: { ...headers, "content-type": "application/merge-patch+json", "if-match": String(etag) },
      payload: JSON.stringify({ person: { personalEmail } }),
    });
    expect(reply.statusCode).toBe(200);
    return reply.body;
  };
  /** In the cache, and on the replica. */
  const cached = async (id: string) => {
    await eventually(async () => expect((await read(id)).headers["x-cache"]).toBe("hit"));
    await ask(group.primary, "set", "seen", "1");
    expect(await ask(group.primary, "wait", "1", "1000")).toBeDefined();
    await eventually(async () => expect(await ask(group.replica, "get", "seen")).toBe("1"));
  };

  it("serves no stale read when the primary dies right after a write's reply", async () => {
    const { id } = await world.student();
    await cached(id);
    const changed = await change(id, "confirmed@personal.example.edu");
    await group.promote();
    for (let attempt = 0; attempt < 3; attempt++) expect((await read(id)).body).toBe(changed);
    expect((await read(id)).headers["x-cache"]).toBe("hit");
  });

  it("serves no stale read when the replica that takes over never heard of the write", async () => {
    const { id } = await world.student();
    await cached(id);
    await group.separate();
    const changed = await change(id, "unconfirmed@personal.example.edu");
    await group.promote();
    for (let attempt = 0; attempt < 3; attempt++) expect((await read(id)).body).toBe(changed);
    await eventually(async () => expect((await read(id)).headers["x-cache"]).toBe("hit"));
    expect((await read(id)).body).toBe(changed);
  });

  it("asks the writer when the cache has lost its memory, for a replica of the database may be behind", async () => {
    const { id } = await world.student();
    await world.copyDatabase("behind_failover");
    const changed = await change(id, "remembered@personal.example.edu", world);
    await group.restart();
    const lagging = await group.newTask({ replica: world.endpoint("behind_failover") });
    for (let attempt = 0; attempt < 3; attempt++) expect((await read(id, lagging)).body).toBe(changed);
    expect((await read(id, lagging)).headers["x-cache"]).toBe("hit");
  });

  it("answers from the database while nobody is the primary, without an error", async () => {
    const { id } = await world.student();
    await cached(id);
    await group.primary.stop();
    group.endpoint.lose();
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 10; attempt++) statuses.add((await read(id)).statusCode);
    const changed = await change(id, "without-cache@personal.example.edu");
    expect((await read(id)).body).toBe(changed);
    expect([...statuses]).toEqual([200]);
  });
});
