import { API_CALL } from "../../src/services/events/api-call-event.ts";
import { EventBus } from "../../src/services/events/bus.ts";
import { newEvent } from "../../src/services/events/event.ts";
import { eventsService } from "../../src/services/events/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const TOPIC_ARN = "arn:aws:sns:us-east-1:000000000000:security";
const eventPattern = JSON.stringify({ source: ["aws.kms"] });

describe("EventBridge's rules and targets", () => {
  const world = useRecordedAccount([eventsService]);

  it("have AWS's ids and ARNs", async () => {
    const rule = await world.resources.create(RULE, "tamper", { name: "srs-local-tamper", eventPattern });
    expect(rule).toMatchObject({
      id: "srs-local-tamper",
      outputs: { arn: "arn:aws:events:us-east-1:000000000000:rule/srs-local-tamper" },
    });
    const target = await world.resources.create(TARGET, "tamper", { rule: rule.id, targetId: "sns", arn: TOPIC_ARN });
    expect(target.id).toBe("srs-local-tamper-sns");
  });

  it("belong together: no target without its rule, no rule deleted under its targets, five targets at most", async () => {
    const target = { rule: "r", arn: TOPIC_ARN };
    await expect(world.resources.create(TARGET, "t", target)).rejects.toThrow("Rule r does not exist");
    const rule = await world.resources.create(RULE, "r", { name: "r", eventPattern });
    for (const targetId of ["1", "2", "3", "4", "5"])
      await world.resources.create(TARGET, targetId, { ...target, targetId });
    await expect(world.resources.create(TARGET, "6", { ...target, targetId: "6" })).rejects.toThrow("LimitExceeded");
    await expect(world.resources.remove(rule)).rejects.toThrow("it has targets (5)");
  });

  it("hear of calls that only read when they ask for every call, and of none when they are disabled", async () => {
    const bus = new EventBus(world.cloud);
    const called = (eventName: string) =>
      bus
        .rulesFor(newEvent({ source: "aws.kms", detailType: API_CALL, detail: { eventName }, at: new Date() }))
        .map(({ id }) => id);
    for (const state of ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"])
      await world.resources.create(RULE, state, { name: state, eventPattern, state });
    expect(called("DisableKey")).toEqual(["ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]);
    expect(called("DescribeKey")).toEqual(["ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]);
  });

  it("are on the default bus alone", async () => {
    const inputs = { name: "elsewhere", eventPattern, eventBusName: "orders" };
    await expect(world.resources.create(RULE, "elsewhere", inputs)).rejects.toThrow("Event bus orders does not exist");
  });

  it.each([
    [RULE, { name: "a b", eventPattern }, "name"],
    [RULE, { name: "empty" }, "eventPattern"],
    [RULE, { name: "wrong", eventPattern: '{"source": "aws.kms"}' }, "eventPattern"],
    [RULE, { name: "wrong", eventPattern, state: "ON" }, "state"],
    [RULE, { name: "wrong", scheduleExpression: "every day" }, "scheduleExpression"],
    [TARGET, { rule: "r", arn: "arn:aws:ecs:us-east-1:000000000000:cluster/c" }, "arn"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, deadLetterConfig: { arn: TOPIC_ARN } }, "deadLetterConfig"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, retryPolicy: { maximumRetryAttempts: 186 } }, "retryPolicy"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, retryPolicy: { maximumEventAgeInSeconds: 59 } }, "retryPolicy"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, input: "no JSON" }, "input"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, inputPath: "detail" }, "inputPath"],
    [TARGET, { rule: "r", arn: TOPIC_ARN, input: "{}", inputPath: "$.detail" }, "inputPath"],
    [
      TARGET,
      { rule: "r", arn: TOPIC_ARN, inputTransformer: { inputTemplate: "<a>", inputPaths: { a: "a" } } },
      "inputTransformer",
    ],
    [
      TARGET,
      { rule: "r", arn: TOPIC_ARN, inputTransformer: { inputTemplate: "<a>", inputPaths: { awsA: "$.a" } } },
      "inputTransformer",
    ],
  ])("are refused as AWS would: %s %j", async (token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });
});
