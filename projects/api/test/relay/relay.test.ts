import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from "@aws-sdk/client-kinesis";
import { parseEvent, type StudentEvent } from "@records/contracts";
import { connect } from "../../src/database/connect.ts";
import { runRelay } from "../../src/relay/relay.ts";
import { KinesisStream, kinesisClient, type Stream } from "../../src/relay/stream.ts";
import { startAws, type Aws } from "../moto.ts";
import { eventually, useWorld } from "../world.ts";

const world = useWorld();
const STREAM = "student-events";
let aws: Aws;
let kinesis: KinesisClient;
beforeAll(async () => {
  aws = await startAws();
  kinesis = kinesisClient(aws.client);
  await kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 2 }));
  await eventually(async () => {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM }));
    expect(StreamDescriptionSummary?.StreamStatus).toBe("ACTIVE");
  });
}, 60_000);
afterAll(async () => {
  kinesis.destroy();
  await aws.stop();
});

/** A relay as the process runs it; `stop` resolves when it has let go. */
function relay(stream: Stream = new KinesisStream(STREAM, kinesis)) {
  const stop = new AbortController();
  const reports: string[] = [];
  const running = runRelay(
    {
      connect: () => connect(world.endpoint("records"), world.surroundings.logins, "srs-relay"),
      stream,
      report: (what) => void reports.push(what),
    },
    stop.signal,
  );
  return {
    reports,
    stop: () => {
      stop.abort();
      return running;
    },
  };
}

async function onStream(students: readonly string[]): Promise<StudentEvent[]> {
  const { Shards: shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName: STREAM }));
  const events: StudentEvent[] = [];
  for (const { ShardId } of shards) {
    const start = { StreamName: STREAM, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(start));
    const { Records: records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    events.push(...records.map(({ Data }) => parseEvent(Buffer.from(Data!).toString())));
  }
  return events.filter(({ partitionkey }) => students.includes(partitionkey));
}

async function changeTimes(studentId: string, headers: Record<string, string>, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++) {
    const { etag } = (await world.app.inject({ url: `/v1/students/${studentId}`, headers })).headers;
    const reply = await world.app.inject({
      method: "PATCH",
      url: `/v1/students/${studentId}`,
      headers: { ...headers, "content-type": "application/merge-patch+json", "if-match": String(etag) },
      payload: JSON.stringify({ person: { personalEmail: `change-${nth}@personal.example.edu` } }),
    });
    expect(reply.statusCode).toBe(200);
  }
}

/** Order of a student's events as a consumer sees it that drops what it has seen before. */
function sequences(events: readonly StudentEvent[], studentId: string): number[] {
  const seen = new Set<number>();
  return events
    .filter(({ partitionkey }) => partitionkey === studentId)
    .map(({ sequence }) => Number(sequence))
    .filter((sequence) => !seen.has(sequence) && seen.add(sequence));
}

const unsent = async () => {
  const { rows } = await world.admin.query<{ unsent: number }>(
    "select count(*)::int as unsent from records.outbox where sent_at is null",
  );
  return rows[0]!.unsent;
};

describe("the relay", () => {
  it("carries a change from HTTP to the stream, and marks as sent what the stream has", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const one = relay();
    await changeTimes(student.id, headers, 1);
    await eventually(async () => expect(await onStream([student.id])).toHaveLength(1));
    const [event] = await onStream([student.id]);
    expect(event).toMatchObject({
      type: "edu.records.student.updated.v1",
      partitionkey: student.id,
      sequence: "00000000000000000001",
    });
    await eventually(async () => expect(await unsent()).toBe(0));
    await one.stop();
  }, 30_000);

  it("keeps each student's order with two relays, records refused by the stream, and one relay cut off in between", async () => {
    const { headers } = await world.caller();
    const students = await Promise.all(Array.from({ length: 12 }, () => world.student()));
    const real = new KinesisStream(STREAM, kinesis);
    let calls = 0;
    /** The real stream behind a front that lets every third record of some calls not through. */
    const moody: Stream = {
      put: async (events) => {
        const refused = ++calls % 2 === 0 ? new Set(events.filter((_, index) => index % 3 === 0)) : new Set();
        const through = events.filter((each) => !refused.has(each));
        const results = through.length === 0 ? [] : await real.put(through);
        return events.map((each) => (refused.has(each) ? "InternalFailure" : results[through.indexOf(each)]));
      },
    };
    const relays = [relay(moody), relay(moody)];
    const changes = Promise.all(students.map(({ id }) => changeTimes(id, headers, 6)));
    await eventually(async () => expect((await onStream(students.map(({ id }) => id))).length).toBeGreaterThan(5));
    await world.admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'srs-relay'",
    );
    await changes;
    await eventually(async () => expect(await unsent()).toBe(0), 30_000);
    const events = await onStream(students.map(({ id }) => id));
    for (const { id } of students) expect(sequences(events, id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(relays.flatMap(({ reports }) => reports)).toEqual(
      expect.arrayContaining(["relay-refused", "relay-interrupted"]),
    );
    for (const each of relays) await each.stop();
  }, 60_000);

  it("loses nothing while the stream is away", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    let away = true;
    const real = new KinesisStream(STREAM, kinesis);
    const one = relay({
      put: (events) => (away ? Promise.reject(new Error("connect ECONNREFUSED")) : real.put(events)),
    });
    await changeTimes(student.id, headers, 3);
    expect(await onStream([student.id])).toEqual([]);
    expect(await unsent()).toBe(3);
    away = false;
    await eventually(async () => expect(sequences(await onStream([student.id]), student.id)).toEqual([1, 2, 3]));
    await one.stop();
  }, 30_000);

  it("hands its lanes to another relay when it stops", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    const first = relay();
    await eventually(() => expect(first.reports).toContain("relay-lanes"));
    const second = relay();
    await first.stop();
    await changeTimes(student.id, headers, 1);
    await eventually(async () => expect(await onStream([student.id])).toHaveLength(1));
    await second.stop();
  }, 30_000);
});
