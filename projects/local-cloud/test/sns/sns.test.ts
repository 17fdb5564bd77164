import { DeleteTopicCommand, PublishCommand, SetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { kmsService } from "../../src/services/kms/index.ts";
import { snsService } from "../../src/services/sns/index.ts";
import { sqsService } from "../../src/services/sqs/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

// The first call waits for moto, which takes a while on a busy machine.
jest.setTimeout(60_000);

const policyOf = (statement: Record<string, unknown>) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

describe("SNS", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let sns: SNSClient;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, sqsService, snsService]);
    resources = new Resources(cloud);
    sns = new SNSClient(cloud.sdk);
  });
  afterAll(() => cloud.close());

  const received = async (queueUrl: string): Promise<readonly string[]> => {
    const { Messages } = await new SQSClient(cloud.sdk).send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    return (Messages ?? []).map(({ Body }) => Body ?? "");
  };

  it("makes an encrypted topic and shows what was changed or deleted behind the back", async () => {
    const key = await resources.create("aws:kms/key:Key", "compute", {});
    const inputs = {
      ...{ name: "srs-local-alerts", displayName: "Alerts", kmsMasterKeyId: key.outputs.arn, signatureVersion: 2 },
      tags: { a: "1", b: "2" },
    };
    const topic = await resources.create(TOPIC, "alerts", inputs);
    const arn = "arn:aws:sns:us-east-1:000000000000:srs-local-alerts";
    expect(topic).toMatchObject({ id: arn, outputs: { arn, owner: "000000000000" } });
    expect(await resources.read(topic)).toMatchObject(inputs);

    const changed = await resources.update(topic, { ...inputs, displayName: undefined, tags: { b: "3" } });
    expect(await resources.read(changed)).toMatchObject({ tags: { b: "3" }, kmsMasterKeyId: key.outputs.arn });
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: "KmsMasterKeyId", AttributeValue: "" }),
    );
    expect(await resources.read(changed)).toMatchObject({ kmsMasterKeyId: "" });
    await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    expect(await resources.read(changed)).toBeUndefined();
    await resources.remove(changed);
  });

  it("attaches a policy, and taking it away leaves the account's own", async () => {
    const topic = await resources.create(TOPIC, "guarded", { name: "guarded" });
    const policy = policyOf({
      ...{ Principal: { Service: "events.amazonaws.com" }, Action: "SNS:Publish", Resource: topic.id },
    });
    const attached = await resources.create(POLICY, "guarded", { arn: topic.id, policy });
    expect(await resources.read(attached)).toMatchObject({ policy });
    await resources.remove(attached);
    const { policy: left } = (await resources.read(topic)) as { policy: string };
    expect(left).toContain("__default_policy_ID");
    expect(left).not.toContain("events.amazonaws.com");
  });

  it("carries what is published to the queue that subscribed, and nothing once it is unsubscribed", async () => {
    const topic = await resources.create(TOPIC, "pages", { name: "pages" });
    const queue = await resources.create("aws:sqs/queue:Queue", "pages", { name: "pages" });
    const subscription = { topic: topic.id, protocol: "sqs", endpoint: queue.outputs.arn as string };
    const subscribed = await resources.create(SUBSCRIPTION, "pages", { ...subscription, rawMessageDelivery: true });
    expect(subscribed.outputs).toMatchObject({ pendingConfirmation: false, confirmationWasAuthenticated: true });
    await sns.send(new PublishCommand({ TopicArn: topic.id, Message: "a key was disabled" }));
    expect(await received(queue.id)).toEqual(["a key was disabled"]);

    const wrapped = await resources.update(subscribed, subscription);
    await sns.send(new PublishCommand({ TopicArn: topic.id, Subject: "Alarm", Message: "again" }));
    const [envelope = "{}"] = await received(queue.id);
    expect(JSON.parse(envelope)).toMatchObject({ TopicArn: topic.id, Subject: "Alarm", Message: "again" });

    await resources.remove(wrapped);
    expect(await resources.read(wrapped)).toBeUndefined();
    await sns.send(new PublishCommand({ TopicArn: topic.id, Message: "nobody listens" }));
    expect(await received(queue.id)).toEqual([]);
  });

  it("carries only what a filter policy lets through", async () => {
    const topic = await resources.create(TOPIC, "filtered", { name: "filtered" });
    const queue = await resources.create("aws:sqs/queue:Queue", "filtered", { name: "filtered" });
    const subscription = await resources.create(SUBSCRIPTION, "filtered", {
      ...{ topic: topic.id, protocol: "sqs", endpoint: queue.outputs.arn as string, rawMessageDelivery: true },
      ...{ filterPolicy: JSON.stringify({ severity: ["high"] }), filterPolicyScope: "MessageBody" },
    });
    expect(await resources.read(subscription)).toMatchObject({ filterPolicy: '{"severity":["high"]}' });
    for (const severity of ["low", "high"])
      await sns.send(new PublishCommand({ TopicArn: topic.id, Message: JSON.stringify({ severity }) }));
    expect(await received(queue.id)).toEqual(['{"severity":"high"}']);
  });

  it("records a subscription by mail as one that waits for confirmation, and sends nothing", async () => {
    const topic = await resources.create(TOPIC, "mailed", { name: "mailed" });
    const inputs = { topic: topic.id, protocol: "email", endpoint: "on-call@example.edu" };
    const subscription = await resources.create(SUBSCRIPTION, "mailed", inputs);
    expect(subscription.outputs).toMatchObject({ pendingConfirmation: true });
    expect(subscription.id).toMatch(/^arn:aws:sns:us-east-1:000000000000:mailed:[0-9a-f-]{36}$/);
    expect(await resources.read(subscription)).toMatchObject(inputs);
    await resources.remove(subscription);
    await expect(resources.create(SUBSCRIPTION, "lost", { ...inputs, topic: `${topic.id}-missing` })).rejects.toThrow(
      /NotFound: Topic .*-missing does not exist/,
    );
  });

  it("refuses a topic under a key that cannot be used, and leaves no topic behind", async () => {
    const key = await resources.create("aws:kms/key:Key", "off", { isEnabled: false });
    const inputs = { name: "under-a-disabled-key", kmsMasterKeyId: key.outputs.arn as string };
    await expect(resources.create(TOPIC, "off", inputs)).rejects.toThrow("must be enabled");
    await resources.create(TOPIC, "off", { name: inputs.name });
  });

  it.each([
    [TOPIC, { name: "a b" }, "name"],
    [TOPIC, { name: "orders.fifo", fifoTopic: true }, "fifoTopic"],
    [TOPIC, { name: "a", signatureVersion: 3 }, "signatureVersion"],
    [SUBSCRIPTION, { topic: "t", protocol: "sqs", endpoint: "https://sqs" }, "endpoint"],
    [SUBSCRIPTION, { topic: "t", protocol: "email", endpoint: "nobody" }, "endpoint"],
    [SUBSCRIPTION, { topic: "t", protocol: "pigeon", endpoint: "north" }, "protocol"],
    [SUBSCRIPTION, { topic: "t", protocol: "lambda", endpoint: "arn" }, "protocol"],
  ])("refuses %s %j", async (token, inputs, property) => {
    expect(await resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });

  it("refuses a topic policy that SNS would not take: every action at once, or another topic", async () => {
    const arn = "arn:aws:sns:us-east-1:000000000000:alerts";
    const failuresOf = (statement: Record<string, unknown>) =>
      resources.failuresOf(POLICY, {
        ...{ arn, policy: policyOf({ Principal: { Service: "events.amazonaws.com" }, Resource: arn, ...statement }) },
      });
    expect(await failuresOf({ Action: "SNS:Publish" })).toEqual([]);
    expect(await failuresOf({ Action: "sns:*" })).toMatchObject([
      { reason: expect.stringContaining("out of service scope") },
    ]);
    expect(await failuresOf({ Action: "sns:Publish", Resource: `${arn}-2` })).toMatchObject([
      { reason: expect.stringContaining("is not the topic") },
    ]);
  });
});
