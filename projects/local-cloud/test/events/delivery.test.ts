import { DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { attributesOf, EventWorld, policyFor } from "./world.ts";

const ROLE = "arn:aws:iam::000000000000:role/api-task";

// The first call waits for moto, which takes a while on a busy machine.
jest.setTimeout(60_000);

describe("EventBridge", () => {
  let world: EventWorld;
  beforeAll(async () => {
    world = await EventWorld.start();
  });
  afterAll(() => world.cloud.close());

  /** A topic with this policy, and a queue that hears everything published to it. */
  async function topic(name: string, settings: { policy?: (arn: string) => string; inputs?: object } = {}) {
    const made = await world.resources.create("aws:sns/topic:Topic", name, { name, ...settings.inputs });
    const policy = (settings.policy ?? ((arn) => policyFor(arn, "SNS:Publish")))(made.id);
    await world.resources.create("aws:sns/topicPolicy:TopicPolicy", name, { arn: made.id, policy });
    const heard = await world.resources.create("aws:sqs/queue:Queue", `${name}-heard`, { name: `${name}-heard` });
    await world.resources.create("aws:sns/topicSubscription:TopicSubscription", name, {
      ...{ topic: made.id, protocol: "sqs", endpoint: heard.outputs.arn as string, rawMessageDelivery: true },
    });
    return { arn: made.id, heard, made };
  }

  /** What a rule with this target leaves in its dead-letter queue. */
  async function deadLetter(name: string, targetArn: string) {
    const dead = await world.queue(`${name}-dead`);
    const deadLetterConfig = { arn: dead.outputs.arn as string };
    const rule = await world.rule(name, { arn: targetArn, deadLetterConfig });
    const id = await world.putOne({ name }, `test.${name}`);
    const message = await world.next(dead);
    expect(JSON.parse(message.Body!)).toMatchObject({ id, detail: { name } });
    const attributes = attributesOf(message);
    expect(attributes).toMatchObject({ RULE_ARN: rule.outputs.arn as string, TARGET_ARN: targetArn });
    return attributes;
  }

  it("brings a matching event to a queue and a topic, and another one to nobody", async () => {
    const queue = await world.queue("matched");
    const { arn, heard } = await topic("matched-topic");
    const pattern = { source: ["srs.test"], detail: { wanted: [true] } };
    await world.rule("matched", { arn: queue.outputs.arn as string }, pattern);
    await world.rule("matched-topic", { arn, inputPath: "$.detail" }, pattern);
    await world.putOne({ wanted: false });
    const id = await world.putOne({ wanted: true });
    expect(JSON.parse((await world.next(queue)).Body!)).toMatchObject({
      ...{ id, source: "srs.test", account: "000000000000", region: "us-east-1", detail: { wanted: true } },
    });
    expect((await world.next(heard)).Body).toBe('{"wanted":true}');
  });

  it("brings nothing for a rule that is disabled or gone", async () => {
    const queue = await world.queue("switched");
    const arn = queue.outputs.arn as string;
    const eventPattern = JSON.stringify({ source: ["test.switched"] });
    const inputs = { name: "off", eventPattern, state: "DISABLED" };
    const rule = await world.resources.create("aws:cloudwatch/eventRule:EventRule", "off", inputs);
    const target = await world.resources.create("aws:cloudwatch/eventTarget:EventTarget", "off", { rule: "off", arn });
    await world.putOne({ at: "disabled" }, "test.switched");
    const enabled = await world.resources.update(rule, { ...inputs, state: "ENABLED" });
    await world.putOne({ at: "enabled" }, "test.switched");
    expect((await world.next(queue)).Body).toContain('"at":"enabled"');

    await world.resources.remove(target);
    await world.resources.remove(enabled);
    await world.rule("on", { arn }, { source: ["test.switched"] });
    await world.putOne({ at: "again" }, "test.switched");
    const { Body } = await world.next(queue);
    expect(Body).toContain('"at":"again"');
  });

  it("leaves an event whose topic or queue is gone in the dead-letter queue, without a second try", async () => {
    const gone = "arn:aws:sns:us-east-1:000000000000:gone";
    expect(await deadLetter("gone-topic", gone)).toMatchObject({
      ...{ ERROR_CODE: "NO_RESOURCE", ERROR_MESSAGE: `The topic ${gone} does not exist.`, RETRY_ATTEMPTS: "0" },
    });
    const queue = "arn:aws:sqs:us-east-1:000000000000:gone";
    expect(await deadLetter("gone-queue", queue)).toMatchObject({ ERROR_CODE: "NO_RESOURCE" });
  });

  it("is not let in by a topic's own policy alone, nor by one with a condition on the source", async () => {
    const plain = await world.resources.create("aws:sns/topic:Topic", "plain", { name: "plain" });
    expect(await deadLetter("plain-topic", plain.id)).toMatchObject({
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: expect.stringContaining("sns:Publish"),
    });
    const condition = { StringEquals: { "aws:SourceAccount": "000000000000" } };
    const { arn } = await topic("conditional", { policy: (own) => policyFor(own, "SNS:Publish", condition) });
    expect(await deadLetter("conditional-topic", arn)).toMatchObject({ ERROR_CODE: "NO_PERMISSIONS" });
  });

  it("is let in by a queue's policy for the rule that it names, and for no other rule", async () => {
    const queue = await world.resources.create("aws:sqs/queue:Queue", "named", { name: "named" });
    const arn = queue.outputs.arn as string;
    const ArnEquals = { "aws:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/named" };
    const policy = policyFor(arn, "sqs:SendMessage", { ArnEquals });
    await world.resources.create("aws:sqs/queuePolicy:QueuePolicy", "named", { queueUrl: queue.id, policy });
    await world.rule("named", { arn });
    await world.putOne({}, "test.named");
    await world.next(queue);
    expect(await deadLetter("other", arn)).toMatchObject({ ERROR_CODE: "NO_PERMISSIONS" });
  });

  it("reaches an encrypted topic only when the key's policy admits it, and the key can be used", async () => {
    const account = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::000000000000:root" },
      Action: "kms:*",
      Resource: "*",
    };
    const events = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Resource: "*" };
    const use = { ...events, Action: ["kms:GenerateDataKey*", "kms:Decrypt"] };
    const keyWith = async (name: string, ...Statement: readonly object[]) =>
      world.resources.create("aws:kms/key:Key", name, { policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
    const encryptedBy = async (name: string, key: { outputs: Record<string, unknown> }) =>
      topic(name, { inputs: { kmsMasterKeyId: key.outputs.arn as string } });

    const closed = await encryptedBy("closed-key", await keyWith("closed", account));
    const refused = await deadLetter("closed-key", closed.arn);
    expect(refused).toMatchObject({ ERROR_CODE: "NO_PERMISSIONS" });
    expect(refused.ERROR_MESSAGE).toContain("kms:GenerateDataKey");

    const key = await keyWith("open", account, use);
    const open = await encryptedBy("open-key", key);
    await world.rule("open-key", { arn: open.arn });
    await world.putOne({ under: "an open key" }, "test.open-key");
    expect((await world.next(open.heard)).Body).toContain("an open key");

    await new KMSClient(world.cloud.sdk).send(new DisableKeyCommand({ KeyId: key.id }));
    expect(await deadLetter("disabled-key", open.arn)).toMatchObject({ ERROR_CODE: "SDK_CLIENT_ERROR" });
  });

  it("says in the cloud's log what nobody got, and nothing of what was in it", async () => {
    await world.rule("unheard", { arn: "arn:aws:sqs:us-east-1:000000000000:nowhere" });
    const id = await world.putOne({ secret: "planted-detail" }, "test.unheard");
    // The next event's way through the bus ends after this one's.
    await deadLetter("heard", "arn:aws:sqs:us-east-1:000000000000:nowhere");
    const log = world.cloud.logLines.join("\n");
    expect(log).toContain(`Event ${id} of rule unheard did not reach`);
    expect(log).toContain("has no dead-letter queue");
    expect(log).not.toContain("planted-detail");
  });

  it("takes the good entries of a call and names the fault of each other one", async () => {
    const good = { Source: "test", DetailType: "test", Detail: "{}" };
    const entries = [good, { ...good, Source: "" }, { ...good, Detail: "[]" }, { ...good, EventBusName: "orders" }];
    const { FailedEntryCount, Entries } = await world.put(entries);
    expect(FailedEntryCount).toBe(3);
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      ...[undefined, "InvalidArgument", "MalformedDetail", "InvalidArgument"],
    ]);
    expect(await world.put([])).toMatchObject({ __type: "ValidationException" });
  });

  it("lets the operator play AWS's own services, and no program", async () => {
    const entry = { Source: "aws.guardduty", DetailType: "GuardDuty Finding", Detail: "{}" };
    expect(await world.put([entry])).toMatchObject({ FailedEntryCount: 0 });
    expect(await world.put([entry], ROLE)).toMatchObject({
      Entries: [{ ErrorCode: "NotAuthorizedForSourceException" }],
    });
  });
});
