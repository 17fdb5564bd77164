// The database's writer is away, and comes back at the same address, as behind a proxy.
import { MovingEndpoint } from "./moving-endpoint.ts";
import { eventually, useWorld, type Task } from "./world.ts";

const world = useWorld();

describe("while the database has no writer", () => {
  let endpoint: MovingEndpoint;
  let task: Task;
  let headers: Record<string, string>;
  let id: string;
  let etag: string;
  const writerPort = () => world.endpoint("records").port;
  const read = () => task.app.inject({ url: `/v1/students/${id}`, headers });
  const change = (personalEmail: string) =>
    task.app.inject({
      method: "PATCH",
      url: `/v1/students/${id}`,
      headers: { ...headers, "content-type": "application/merge-patch+json", "if-match": etag },
      payload: JSON.stringify({ person: { personalEmail } }),
    });

  beforeEach(async () => {
    endpoint = await MovingEndpoint.before(writerPort());
    task = await world.anotherTask({ primary: { ...world.endpoint("records"), port: endpoint.port } });
    ({ headers } = await world.caller());
    ({ id } = await world.student());
    etag = String((await read()).headers.etag);
  });
  afterEach(async () => {
    await world.endTask(task);
    await endpoint.close();
  });

  it("refuses for now, with the time to come back, discloses nothing, and serves when it is back", async () => {
    endpoint.lose();
    const replies = await Promise.all([read(), change("refused@personal.example.edu")]);
    for (const reply of replies) {
      expect([reply.statusCode, Number(reply.headers["retry-after"]) >= 1]).toEqual([503, true]);
      expect(reply.json()).toMatchObject({ type: expect.stringMatching(/(database|audit)-unavailable$/) });
      expect(reply.body).not.toContain("@");
    }
    endpoint.moveTo(writerPort());
    await eventually(async () => expect((await read()).statusCode).toBe(200));
    expect((await read()).headers.etag).toBe(etag);
  });

  it("lets a read that comes meanwhile wait for the next writer", async () => {
    endpoint.lose();
    const waiting = read();
    await eventually(() => expect(endpoint.waiting).toBeGreaterThan(0));
    endpoint.moveTo(writerPort());
    expect((await waiting).statusCode).toBe(200);
  });

  it("makes a change once that lost its connection on the way", async () => {
    const blocker = await world.postgres.admin("records");
    await blocker.query("begin");
    await blocker.query("select from records.students where id = $1 for update", [id]);
    const changing = change("once@personal.example.edu");
    await eventually(async () => {
      const { rows } = await world.admin.query(
        "select from pg_stat_activity where application_name = 'srs-api-write' and wait_event_type = 'Lock'",
      );
      expect(rows).toHaveLength(1);
    });
    endpoint.moveTo(writerPort());
    await blocker.query("rollback");
    await blocker.end();
    expect((await changing).statusCode).toBe(200);
    expect(await world.events(id)).toHaveLength(1);
  });
});
