import {
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { kmsService } from "../../src/services/kms/index.ts";
import { sqsService } from "../../src/services/sqs/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const QUEUE = "aws:sqs/queue:Queue";
const POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const REDRIVE = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy";

describe("SQS", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let sqs: SQSClient;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, sqsService]);
    resources = new Resources(cloud);
    sqs = new SQSClient(cloud.sdk);
  });
  afterAll(() => cloud.close());

  it("makes a queue that carries messages", async () => {
    const key = await resources.create("aws:kms/key:Key", "events", {});
    const inputs = {
      name: "srs-local-dlq",
      kmsMasterKeyId: key.outputs.arn,
      messageRetentionSeconds: 1_209_600,
      tags: { a: "1" },
    };
    const queue = await resources.create(QUEUE, "dlq", inputs);
    expect(queue.outputs).toMatchObject({
      arn: "arn:aws:sqs:us-east-1:000000000000:srs-local-dlq",
      url: `${cloud.awsEndpointUrl}/000000000000/srs-local-dlq`,
    });
    expect(await resources.read(queue)).toMatchObject(inputs);
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.id, MessageBody: "parked" }));
    expect(await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.id }))).toMatchObject({
      Messages: [{ Body: "parked" }],
    });
  });

  it("changes settings in place, and shows what was changed or deleted behind the back", async () => {
    const queue = await resources.create(QUEUE, "drifts", { name: "drifts", delaySeconds: 5 });
    const changed = await resources.update(queue, { name: "drifts", visibilityTimeoutSeconds: 180 });
    expect(await resources.read(changed)).toMatchObject({ visibilityTimeoutSeconds: 180 });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.id, Attributes: { VisibilityTimeout: "1" } }));
    expect(await resources.read(changed)).toMatchObject({ visibilityTimeoutSeconds: 1 });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.id }));
    expect(await resources.read(changed)).toBeUndefined();
    await resources.remove(changed);
  });

  it("attaches a policy, and takes it away", async () => {
    const queue = await resources.create(QUEUE, "guarded", { name: "guarded" });
    const statement = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: queue.outputs.arn as string };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const attached = await resources.create(POLICY, "guarded", { queueUrl: queue.id, policy });
    expect(await resources.read(attached)).toMatchObject({ policy });
    await resources.remove(attached);
    expect(await resources.read(attached)).toBeUndefined();
  });

  it("knows which queues may hand on to it, and what SQS takes as an answer to that", async () => {
    const queue = await resources.create(QUEUE, "last", { name: "last" });
    const redriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" });
    const attached = await resources.create(REDRIVE, "last", { queueUrl: queue.id, redriveAllowPolicy });
    expect(attached.inputs).toMatchObject({ redriveAllowPolicy });
    const elsewhere = { queueUrl: `${queue.id}-gone`, redriveAllowPolicy };
    await expect(resources.create(REDRIVE, "gone", elsewhere)).rejects.toThrow("QueueDoesNotExist");
    for (const refused of [
      { redrivePermission: "some" },
      { redrivePermission: "byQueue" },
      { redrivePermission: "byQueue", sourceQueueArns: ["arn:aws:kinesis:us-east-1:000000000000:stream/events"] },
      { redrivePermission: "denyAll", sourceQueueArns: [queue.outputs.arn as string] },
    ]) {
      const inputs = { queueUrl: queue.id, redriveAllowPolicy: JSON.stringify(refused) };
      expect(await resources.failuresOf(REDRIVE, inputs)).toMatchObject([{ property: "redriveAllowPolicy" }]);
    }
  });

  it("refuses settings out of SQS's limits, and names of the wrong kind", async () => {
    expect(await resources.failuresOf(QUEUE, { name: "a", messageRetentionSeconds: 5 })).toMatchObject([
      { property: "messageRetentionSeconds" },
    ]);
    expect(await resources.failuresOf(QUEUE, { name: "a b" })).toMatchObject([{ property: "name" }]);
  });
});
