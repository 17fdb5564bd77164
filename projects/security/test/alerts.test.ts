import { parseAlertSubscriptions } from "../src/alert-subscriptions.ts";
import { policyOf, recordStacks, statement, type RecordedStacks } from "./recorded.ts";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const NAMES = ["local", "pr123", "prod"] as const;
let stacks: RecordedStacks<(typeof NAMES)[number]>;
beforeAll(async () => {
  stacks = await recordStacks(NAMES);
}, 120_000);

describe("topics", () => {
  it.each(NAMES)("of %s are two, encrypted under our key and signed with the newer signature", (name) => {
    const stack = stacks[name];
    const topics = stack.ofType(TOPIC);
    expect(topics.map(({ inputs }) => inputs.name as string)).toEqual([`srs-${name}-alerts`, `srs-${name}-security`]);
    for (const { inputs } of topics) {
      expect(inputs).toMatchObject({ kmsMasterKeyId: stack.contract.kmsKeyArns.compute, signatureVersion: 2 });
    }
  });

  it("take notices from four services of this account, over TLS, and from nobody else", () => {
    for (const topic of ["alerts", "security"]) {
      const policy = policyOf(stacks.local, POLICY, topic);
      const allowed = policy.filter(({ Effect }) => Effect === "Allow");
      expect(allowed.map(({ Principal }) => (Principal as { Service: string }).Service)).toEqual([
        "cloudwatch.amazonaws.com",
        "budgets.amazonaws.com",
        "events.rds.amazonaws.com",
        "events.amazonaws.com",
      ]);
      for (const { Sid, actions, Resource, Condition } of allowed) {
        expect(actions).toEqual(["sns:Publish"]);
        expect(Resource).toBe(`arn:aws:sns:us-east-1:000000000000:srs-local-${topic}`);
        // EventBridge's notices are lost under a condition.
        if (Sid === "RulesNotify") expect(Condition).toBeUndefined();
        else expect(Condition).toEqual({ StringEquals: { "aws:SourceAccount": "000000000000" } });
      }
      expect(statement(policy, "DenyInsecureTransport")).toMatchObject({ Effect: "Deny", Action: "sns:Publish" });
    }
  });

  it("are given out only once their policy admits who publishes", () => {
    expect(stacks.local.get("aws:budgets/budget:Budget", "budget").options.dependencies).toContain(`${POLICY}::alerts`);
  });

  it("reach somebody in production, and ask nobody again for each pull request", () => {
    const heard = (stack: (typeof NAMES)[number]) =>
      stacks[stack].ofType("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs.topic as string);
    const { alertTopicArn, securityTopicArn } = stacks.prod.contract;
    expect(new Set(heard("prod"))).toEqual(new Set([alertTopicArn, securityTopicArn]));
    expect(heard("pr123")).toEqual([]);
  });
});

describe("budget", () => {
  it.each([
    ["local", "1"],
    ["prod", "7440"],
  ] as const)("of %s counts what carries the environment's tag, and speaks before it is spent", (name, limitAmount) => {
    const stack = stacks[name];
    const [budget, ...more] = stack.ofType("aws:budgets/budget:Budget");
    expect(more).toEqual([]);
    const notice = {
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberSnsTopicArns: [stack.contract.alertTopicArn],
    };
    expect(budget?.inputs).toMatchObject({
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount,
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: [`user:Environment$${name}`] }],
      notifications: [
        { ...notice, notificationType: "ACTUAL", threshold: 80 },
        { ...notice, notificationType: "FORECASTED", threshold: 100 },
      ],
    });
  });

  it("is dev's for pull requests, whose resources carry dev's tag", () => {
    expect(stacks.pr123.ofType("aws:budgets/budget:Budget")).toEqual([]);
    expect(stacks.pr123.get(TOPIC, "alerts").inputs.tags.Environment).toBe("dev");
  });
});

describe("config key alertSubscriptions", () => {
  const entry = { name: "duty", topic: "alerts", protocol: "email", endpoint: "duty@example.edu" };

  it("gives what it was given, and nothing for nothing", () => {
    expect(parseAlertSubscriptions(undefined)).toEqual([]);
    const subscriptions = [
      entry,
      { ...entry, topic: "security" },
      { ...entry, name: "phone", protocol: "sms", endpoint: "+15551230000" },
    ];
    expect(parseAlertSubscriptions(subscriptions)).toEqual(subscriptions);
  });

  it.each([
    ["a text", "duty@example.edu", "must be a list"],
    ["no name", [{ ...entry, name: undefined }], "name must match"],
    ["a topic that is not there", [{ ...entry, topic: "news" }], "alerts, security"],
    ["a protocol that needs a policy of its own", [{ ...entry, protocol: "lambda" }], "email, https, sms"],
    ["an address that is none", [{ ...entry, endpoint: "duty" }], "SNS would refuse for email"],
    [
      "an endpoint without TLS",
      [{ ...entry, protocol: "https", endpoint: "http://x.example.edu" }],
      "refuse for https",
    ],
    ["one name twice", [entry, { ...entry, endpoint: "other@example.edu" }], '"alerts/duty" twice'],
  ])("refuses %s and says what to do", (_, configured, message) => {
    expect(() => parseAlertSubscriptions(configured)).toThrow(message);
  });
});
