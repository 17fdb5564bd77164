import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { lambdaService } from "../../src/services/lambda/index.ts";
import { eventually } from "../support/eventually.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { codeFolder, functionInputs } from "./fixture.ts";

jest.setTimeout(90_000);

/** Notes every record it has done, names those that are poisoned, and fails once for each that is to fail once. */
const CONSUMER = `
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
const note = (line) => appendFileSync(process.env.NOTES, JSON.stringify(line) + "\\n");
export const handler = async ({ Records }) => {
  note({ batch: Records.length, source: Records[0].eventSourceARN });
  for (const { kinesis } of Records) {
    const data = JSON.parse(Buffer.from(kinesis.data, "base64").toString());
    const failed = { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
    if (data.poison) return failed;
    if (data.throws) throw new Error("cannot do it");
    if (data.failsOnce && !existsSync(process.env.NOTES + data.n)) {
      writeFileSync(process.env.NOTES + data.n, "");
      return failed;
    }
    if (data.waitMs) await new Promise((resolve) => setTimeout(resolve, data.waitMs));
    note({ key: kinesis.partitionKey, n: data.n });
  }
  return { batchItemFailures: [] };
};
`;

interface Note {
  readonly key?: string;
  readonly n?: number;
  readonly batch?: number;
  readonly source?: string;
}

describe("an event source mapping", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let kinesis: KinesisClient;
  let sqs: SQSClient;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "mapping-fixture-"));
    cloud = await startTestCloud([lambdaService]);
    connect();
  });
  afterAll(async () => {
    kinesis.destroy();
    sqs.destroy();
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });
  function connect(): void {
    resources = new Resources(cloud);
    kinesis = new KinesisClient({ ...cloud.sdk });
    sqs = new SQSClient({ ...cloud.sdk });
  }

  const notes = (name: string): Note[] => {
    const file = join(folder, name);
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Note);
  };
  const done = (name: string): Note[] => notes(name).filter(({ key }) => key !== undefined);

  async function world(name: string, mapping: object = {}, shards = 1) {
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    const environment = { variables: { NOTES: join(folder, name) } };
    await resources.create(
      "aws:lambda/function:Function",
      name,
      functionInputs(name, codeFolder(folder, CONSUMER), { environment }),
    );
    const inputs = {
      eventSourceArn: StreamDescriptionSummary?.StreamARN ?? "",
      functionName: name,
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      ...mapping,
    };
    const make = () => resources.create("aws:lambda/eventSourceMapping:EventSourceMapping", name, inputs);
    const put = (records: readonly { key: string; data: object }[]) =>
      kinesis.send(
        new PutRecordsCommand({
          StreamName: name,
          Records: records.map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(JSON.stringify(data)) })),
        }),
      );
    return { make, put, inputs };
  }
  const numbered = (count: number, key = (n: number) => `k${n % 7}`) =>
    Array.from({ length: count }, (_, n) => ({ key: key(n), data: { n } }));

  it("hands over every record, from the start of the stream, in the order of its key, over shards and lanes", async () => {
    const { make, put } = await world("ordered", { parallelizationFactor: 4, maximumBatchingWindowInSeconds: 1 }, 2);
    await put(numbered(60));
    await make();
    await put(numbered(120).slice(60));
    await eventually(() => expect(done("ordered")).toHaveLength(120));
    for (const key of new Set(done("ordered").map((record) => record.key))) {
      const order = done("ordered")
        .filter((record) => record.key === key)
        .map(({ n }) => n);
      expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b));
    }
    expect(Math.max(...notes("ordered").map(({ batch = 0 }) => batch))).toBeLessThanOrEqual(10);
  });

  it("goes on from the first failed record of a batch, and does not repeat those before it", async () => {
    const { make, put } = await world("partial");
    const records = numbered(6, () => "one").map((record) =>
      record.data.n === 3 ? { ...record, data: { n: 3, failsOnce: true } } : record,
    );
    await put(records);
    await make();
    await eventually(() => expect(done("partial")).toHaveLength(6));
    expect(done("partial").map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ["names", { poison: true }],
    ["throws at", { throws: true }],
  ])(
    "sends the positions of a record that the function always %s to the queue, and does all others",
    async (_what, trouble) => {
      const name = `poison-${Object.keys(trouble)[0]}`;
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      const { make, put, inputs } = await world(name, {
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 1,
        destinationConfig: { onFailure: { destinationArn: `arn:aws:sqs:us-east-1:000000000000:${name}` } },
      });
      await put(
        numbered(6, () => "one").map((record) =>
          record.data.n === 2 ? { ...record, data: { n: 2, ...trouble } } : record,
        ),
      );
      await make();
      await eventually(() => expect([...new Set(done(name).map(({ n }) => n))]).toEqual([0, 1, 3, 4, 5]));
      const message = await eventually(async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
        expect(Messages).toHaveLength(1);
        return JSON.parse(Messages?.[0]?.Body ?? "{}");
      });
      expect(message).toMatchObject({
        requestContext: { condition: "RetryAttemptsExhausted" },
        KinesisBatchInfo: { batchSize: 1, streamArn: inputs.eventSourceArn, shardId: "shardId-000000000000" },
      });
      expect(JSON.stringify(message)).not.toContain(
        Buffer.from(JSON.stringify({ n: 2, ...trouble })).toString("base64"),
      );
    },
  );

  it("resumes after a restart of the cloud where it was, and loses nothing that arrived meanwhile", async () => {
    const { make, put } = await world("resumed");
    await put(numbered(5, () => "one"));
    const mapping = await make();
    await eventually(() => expect(done("resumed")).toHaveLength(5));
    // The function has seen them; the mapping goes on from there only once the answer has come back as well.
    await eventually(async () => expect(await resources.read(mapping)).toMatchObject({ lastProcessingResult: "OK" }));
    const { home } = cloud;
    kinesis.destroy();
    sqs.destroy();
    await cloud.stop();
    cloud = await startTestCloud([lambdaService], { home });
    connect();
    await put(numbered(8, () => "one").slice(5));
    await eventually(() => expect(done("resumed").length).toBeGreaterThanOrEqual(8));
    expect(done("resumed").map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await resources.read(mapping)).toMatchObject({ lastProcessingResult: "OK" });
  });

  it("from LATEST hands over only what comes after it was made", async () => {
    const { make, put } = await world("latest", { startingPosition: "LATEST" });
    await put([{ key: "one", data: { n: 1 } }]);
    const second = Math.ceil(Date.now() / 1000);
    await eventually(() => expect(Date.now() / 1000).toBeGreaterThan(second)); // moto keeps arrival times by the second
    await make();
    await put([{ key: "one", data: { n: 2 } }]);
    await eventually(() => expect(done("latest").map(({ n }) => n)).toEqual([2]));
  });

  it("reads the stream of a registered consumer, and names the consumer to the function", async () => {
    const { make, put, inputs } = await world("fan-out");
    const consumerArn = `${inputs.eventSourceArn}/consumer/fixture:1700000000`;
    Object.assign(inputs, { eventSourceArn: consumerArn });
    await expect(make()).rejects.toThrow("Consumer not found");
    const consumer = {
      urn: "urn:consumer",
      type: "aws:kinesis/streamConsumer:StreamConsumer",
      id: consumerArn,
      arn: consumerArn,
    };
    await cloud.account.put({ ...consumer, inputs: {}, outputs: { arn: consumerArn } }, []);
    await make();
    await put([{ key: "one", data: { n: 1 } }]);
    await eventually(() => expect(done("fan-out")).toHaveLength(1));
    expect(notes("fan-out")[0]).toMatchObject({ source: consumerArn });
  });

  it("reads no more after it is removed", async () => {
    const { make, put } = await world("removed");
    const mapping = await make();
    await put(numbered(1));
    await eventually(() => expect(done("removed")).toHaveLength(1));
    await resources.remove(mapping);
    await put(numbered(2).slice(1));
    const other = await world("after-removal");
    await other.make();
    await other.put(numbered(1));
    await eventually(() => expect(done("after-removal")).toHaveLength(1));
    expect(done("removed")).toHaveLength(1);
  });

  it("is refused a stream that does not exist", async () => {
    const { make, inputs } = await world("known");
    Object.assign(inputs, { eventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/unknown" });
    await expect(make()).rejects.toThrow("InvalidParameterValueException");
  });

  it.each([
    ["no starting position", { startingPosition: undefined }, "startingPosition is required"],
    ["eleven lanes", { parallelizationFactor: 11 }, "between 1 and 10"],
    ["a filter", { filterCriteria: { filters: [{ pattern: "{}" }] } }, "does not do filterCriteria"],
    ["a queue as source", { eventSourceArn: "arn:aws:sqs:us-east-1:000000000000:q" }, "maps Kinesis streams"],
  ])("is refused with %s", async (_what, more, why) => {
    const inputs = {
      eventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s",
      functionName: "f",
      startingPosition: "LATEST",
      ...more,
    };
    const failures = await resources.failuresOf("aws:lambda/eventSourceMapping:EventSourceMapping", inputs);
    expect(failures.map(({ reason }) => reason).join("\n")).toContain(why);
  });
});
