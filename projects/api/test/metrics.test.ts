import { SERVICE_METRICS } from "@records/contracts";
import * as fc from "fast-check";
import { connect } from "../src/database/connect.ts";
import { Metrics } from "../src/metrics/metrics.ts";
import { backlog } from "../src/relay/outbox.ts";
import { useWorld } from "./world.ts";

interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly [
      {
        readonly Namespace: string;
        readonly Dimensions: readonly (readonly string[])[];
        readonly Metrics: readonly [{ readonly Name: string; readonly Unit: string }];
      },
    ];
  };
  readonly [member: string]: unknown;
}

function recorded(environment = "test") {
  const lines: string[] = [];
  const metrics = new Metrics({ environment, write: (line) => lines.push(line), now: () => 1_700_000_000_000 });
  return { metrics, lines: () => lines.map((line) => JSON.parse(line) as Line) };
}

describe("a metrics line", () => {
  it("is what CloudWatch takes metrics from: namespace, declared dimensions, and a member for each name", () => {
    const { metrics, lines } = recorded("prod");
    metrics.observe("requestDuration", 0.004, { cache: "hit", route: "/v1/students/:studentId" });
    metrics.flush();
    expect(lines()).toEqual([
      {
        level: "info",
        time: "2023-11-14T22:13:20.000Z",
        msg: "metrics",
        _aws: {
          Timestamp: 1_700_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: "srs/prod/service",
              Dimensions: [["cache"], ["route"]],
              Metrics: [{ Name: "http_request_duration_seconds", Unit: "Seconds" }],
            },
          ],
        },
        cache: "hit",
        route: "/v1/students/:studentId",
        http_request_duration_seconds: 0.004,
      },
    ]);
  });

  it("loses no value and holds at most a hundred, however many there are", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 1, maxLength: 350 }), (values) => {
        const { metrics, lines } = recorded();
        for (const value of values) metrics.observe("auditCommit", value, { process: "api" });
        metrics.flush();
        const written = lines().map((line) => [line.audit_commit_duration_seconds].flat() as number[]);
        expect(written.flat()).toEqual(values);
        expect(written.every(({ length }) => length >= 1 && length <= 100)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("adds up what is counted, keeps the last of what is gauged, and writes nothing twice", () => {
    const { metrics, lines } = recorded();
    for (const outcome of ["hit", "hit", "miss"]) metrics.observe("cacheRequests", 1, { outcome });
    for (const rows of [7, 3]) metrics.observe("outboxRows", rows, { process: "relay" });
    metrics.flush();
    metrics.flush();
    expect(lines()).toMatchObject([
      { outcome: "hit", cache_requests_total: 2 },
      { outcome: "miss", cache_requests_total: 1 },
      { process: "relay", outbox_rows: 3 },
    ]);
    expect(lines()).toHaveLength(3);
  });

  it("has a different name for each metric, and names every dimension it declares", () => {
    const all = Object.values(SERVICE_METRICS);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { dimensionSets } of all) for (const set of dimensionSets) expect(set).toHaveLength(1);
  });
});

describe("what the service measures", () => {
  const world = useWorld();

  it("tells hits from misses and refusals from answers, and nothing of the student", async () => {
    const { metrics, lines } = recorded();
    const { app } = await world.anotherTask({ metrics });
    const student = await world.student();
    const url = `/v1/students/${student.id}`;
    const { headers } = await world.caller();
    await app.inject({ url, headers });
    await app.inject({ url, headers });
    await app.inject({ url });
    await app.inject({ url: "/health/live" });
    metrics.flush();

    const of = (name: string) => lines().filter((line) => line[name] !== undefined);
    expect(of("http_request_duration_seconds").map(({ cache, route }) => `${String(cache)} ${String(route)}`)).toEqual([
      "miss /v1/students/:studentId",
      "hit /v1/students/:studentId",
      "none /v1/students/:studentId",
    ]);
    expect(of("cache_requests_total").map(({ outcome, cache_requests_total: n }) => [outcome, n])).toEqual([
      ["miss", 1],
      ["hit", 1],
    ]);
    expect(of("records_disclosed_total")).toMatchObject([{ records_disclosed_total: 2 }]);
    expect(of("calls_refused_total")).toMatchObject([{ client: "unknown", calls_refused_total: 1 }]);
    expect(of("audit_batch_size").length).toBeGreaterThan(0);
    expect(JSON.stringify(lines())).not.toContain(student.id);
  });

  it("counts the events that wait and tells the age of the oldest, and of none when all are sent", async () => {
    const client = await connect(world.endpoint("records"), world.surroundings.logins, "test");
    try {
      expect(await backlog(client)).toEqual({ rows: 0, oldestSeconds: 0 });
      for (const [at, seconds] of [40, 10].entries())
        await world.admin.query(
          `insert into records.outbox (id, lane, partition_key, type, payload, created_at)
           values (gen_random_uuid(), $1, 'key', 'test', '{}', now() - make_interval(secs => $2))`,
          [at, seconds],
        );
      const waiting = await backlog(client);
      expect(waiting.rows).toBe(2);
      expect(waiting.oldestSeconds).toBeGreaterThanOrEqual(40);
      await world.admin.query("update records.outbox set sent_at = now()");
      expect(await backlog(client)).toEqual({ rows: 0, oldestSeconds: 0 });
    } finally {
      await client.end();
    }
  });
});
