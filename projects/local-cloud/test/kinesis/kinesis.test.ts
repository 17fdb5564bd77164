import {
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { kinesisService } from "../../src/services/kinesis/index.ts";
import { kmsService } from "../../src/services/kms/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const STREAM = "aws:kinesis/stream:Stream";
const CONSUMER = "aws:kinesis/streamConsumer:StreamConsumer";
const POLICY = "aws:kinesis/resourcePolicy:ResourcePolicy";
const provisioned = { streamModeDetails: { streamMode: "PROVISIONED" }, shardCount: 1, enforceConsumerDeletion: true };

describe("Kinesis", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let kinesis: KinesisClient;
  let kmsKeyId: string;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, kinesisService]);
    resources = new Resources(cloud);
    kinesis = new KinesisClient(cloud.sdk);
    kmsKeyId = (await resources.create("aws:kms/key:Key", "events", {})).outputs.arn as string;
  });
  afterAll(async () => {
    kinesis.destroy();
    await cloud.close();
  });

  it("makes an encrypted stream that carries records in order", async () => {
    const shardLevelMetrics = ["WriteProvisionedThroughputExceeded", "IteratorAgeMilliseconds"];
    const inputs = {
      name: "srs-local-events",
      ...provisioned,
      encryptionType: "KMS",
      kmsKeyId,
      retentionPeriod: 48,
      shardLevelMetrics,
    };
    const stream = await resources.create(STREAM, "events", { ...inputs, tags: { a: "1" } });
    expect(stream.id).toBe("arn:aws:kinesis:us-east-1:000000000000:stream/srs-local-events");
    expect(await resources.read(stream)).toMatchObject({ ...inputs, name: inputs.name, tags: { a: "1" } });
    for (const text of ["first", "second"]) {
      await kinesis.send(new PutRecordCommand({ StreamARN: stream.id, PartitionKey: "one", Data: Buffer.from(text) }));
    }
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: inputs.name,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["first", "second"]);
  });

  it("leaves no stream behind when a step of its creation fails", async () => {
    const missing = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000";
    const inputs = { name: "half", ...provisioned, encryptionType: "KMS", kmsKeyId: missing };
    await expect(resources.create(STREAM, "half", inputs)).rejects.toThrow();
    await expect(kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "half" }))).rejects.toThrow("half");
  });

  it("changes shards, retention, encryption and tags in place", async () => {
    const stream = await resources.create(STREAM, "grows", { name: "grows", ...provisioned, tags: { a: "1", b: "1" } });
    const inputs = {
      ...provisioned,
      name: "grows",
      shardCount: 2,
      retentionPeriod: 72,
      encryptionType: "KMS",
      kmsKeyId,
    };
    const grown = await resources.update(stream, { ...inputs, tags: { b: "2" } });
    expect(await resources.read(grown)).toMatchObject({
      shardCount: 2,
      retentionPeriod: 72,
      kmsKeyId,
      tags: { b: "2" },
    });
    const back = await resources.update(grown, {
      ...inputs,
      retentionPeriod: undefined,
      encryptionType: "NONE",
      kmsKeyId: undefined,
    });
    expect(await resources.read(back)).toMatchObject({ retentionPeriod: 24, encryptionType: "NONE" });
  });

  it("shows what was changed or deleted behind the back", async () => {
    const stream = await resources.create(STREAM, "drifts", { name: "drifts", ...provisioned, retentionPeriod: 48 });
    const consumer = await resources.create(CONSUMER, "drifts", { name: "reader", streamArn: stream.id });
    expect(consumer.id).toMatch(/:stream\/drifts\/consumer\/reader:[0-9]{10}$/);
    expect(await resources.read(consumer)).toMatchObject({ name: "reader" });
    await kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: "drifts", RetentionPeriodHours: 24 }));
    expect(await resources.read(stream)).toMatchObject({ retentionPeriod: 24 });
    await kinesis.send(new DeleteStreamCommand({ StreamName: "drifts", EnforceConsumerDeletion: true }));
    expect(await resources.read(stream)).toBeUndefined();
    expect(await resources.read(consumer)).toBeUndefined();
    await resources.remove(consumer);
    await resources.remove(stream);
  });

  it("attaches a policy to a stream, and takes it away", async () => {
    const stream = await resources.create(STREAM, "guarded", { name: "guarded", ...provisioned });
    const statement = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::000000000000:role/relay" },
      Action: "kinesis:PutRecords",
      Resource: stream.id,
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const attached = await resources.create(POLICY, "guarded", { resourceArn: stream.id, policy });
    expect(await resources.read(attached)).toMatchObject({ policy });
    await resources.remove(attached);
    expect(await resources.read(attached)).toBeUndefined();
  });

  it("attaches a policy to a consumer, beside the stream's", async () => {
    const stream = await resources.create(STREAM, "shared", { name: "shared", ...provisioned });
    const consumer = await resources.create(CONSUMER, "shared", { name: "reader", streamArn: stream.id });
    const denial = (Action: string, Resource: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action, Resource }],
      });
    const inputs = {
      stream: { resourceArn: stream.id, policy: denial("kinesis:PutRecord", stream.id) },
      consumer: { resourceArn: consumer.id, policy: denial("kinesis:SubscribeToShard", consumer.id) },
    };
    const onStream = await resources.create(POLICY, "on-stream", inputs.stream);
    const onConsumer = await resources.create(POLICY, "on-consumer", inputs.consumer);
    expect(await resources.read(onStream)).toMatchObject({ policy: inputs.stream.policy });
    expect(await resources.read(onConsumer)).toMatchObject({ policy: inputs.consumer.policy });
    await resources.remove(onConsumer);
    expect(await resources.read(onStream)).toBeDefined();
    await resources.remove(consumer);
    expect(await resources.read(onConsumer)).toBeUndefined();
    await expect(resources.create(POLICY, "late", inputs.consumer)).rejects.toThrow("not found");
  });

  it("refuses what Kinesis refuses: shards in on-demand mode, encryption without a key, retention out of range", async () => {
    const reasonsOf = async (inputs: object) =>
      (await resources.failuresOf(STREAM, { name: "refused", ...inputs })).map(({ property }) => property);
    expect(await reasonsOf({ streamModeDetails: { streamMode: "ON_DEMAND" }, shardCount: 2 })).toEqual(["shardCount"]);
    expect(await reasonsOf({ shardCount: 1, encryptionType: "KMS" })).toEqual(["kmsKeyId"]);
    expect(await reasonsOf({ shardCount: 1, retentionPeriod: 12 })).toEqual(["retentionPeriod"]);
  });
});
