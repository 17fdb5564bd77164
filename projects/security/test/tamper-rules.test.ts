import { recordStacks, policyOf, statement, type RecordedStacks } from "./recorded.ts";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const QUEUE = "aws:sqs/queue:Queue";
const RULES = [
  "tamper-keys",
  "tamper-trail",
  "tamper-audit-store",
  "tamper-recorder",
  "tamper-detection",
  "threat-found",
  "break-glass-use",
];
const NAMES = ["local", "prod"] as const;
let stacks: RecordedStacks<(typeof NAMES)[number]>;
beforeAll(async () => {
  stacks = await recordStacks(NAMES);
}, 120_000);

interface Pattern {
  readonly source?: readonly string[];
  readonly "detail-type": readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}
const patternOf = (rule: string) => JSON.parse(stacks.prod.get(RULE, rule).inputs.eventPattern as string) as Pattern;

describe("tamper rules", () => {
  it.each(NAMES)("of %s each tell the security topic, and set aside what they cannot tell", (name) => {
    const stack = stacks[name];
    expect(stack.ofType(RULE).map((rule) => rule.name)).toEqual(RULES);
    for (const rule of RULES) {
      expect(stack.get(TARGET, rule).inputs).toMatchObject({
        rule: `srs-${name}-${rule}`,
        arn: stack.contract.securityTopicArn,
        deadLetterConfig: { arn: expect.stringMatching(/srs-[a-z0-9]+-tamper-dlq$/) as string },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      });
      // Topics admit rules by their own policy; a role here would stop delivery to an encrypted one.
      expect(stack.get(TARGET, rule).inputs).not.toHaveProperty("roleArn");
    }
  });

  it.each([
    ["tamper-keys", "kms", ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy", "DisableKeyRotation"]],
    ["tamper-trail", "cloudtrail", ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"]],
    ["tamper-recorder", "config", ["StopConfigurationRecorder"]],
    ["tamper-detection", "guardduty", ["DeleteDetector"]],
    ["tamper-detection", "securityhub", ["DisableSecurityHub"]],
    ["tamper-audit-store", "s3", ["PutBucketPolicy", "DeleteBucketPolicy", "PutBucketVersioning"]],
  ])("%s hears of calls to %s that undo", (rule, service, calls) => {
    const { source, detail, ...pattern } = patternOf(rule);
    expect(pattern["detail-type"]).toEqual(["AWS API Call via CloudTrail"]);
    expect(source).toContain(`aws.${service}`);
    expect(detail.eventSource).toContain(`${service}.amazonaws.com`);
    expect(detail.eventName).toEqual(expect.arrayContaining(calls));
  });

  it("tamper-audit-store hears of the audit store and of no other bucket", () => {
    expect(patternOf("tamper-audit-store").detail.requestParameters).toEqual({
      bucketName: [stacks.prod.contract.auditBucket.name],
    });
  });

  it("threat-found hears of findings from severity 7 on", () => {
    expect(patternOf("threat-found")).toEqual({
      source: ["aws.guardduty"],
      "detail-type": ["GuardDuty Finding"],
      detail: { severity: [{ numeric: [">=", 7] }] },
    });
  });

  it("break-glass-use hears of sign-ins and of every call, even one that only reads; the others of changes alone", () => {
    expect(patternOf("break-glass-use")).toEqual({
      "detail-type": ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"],
      detail: {
        userIdentity: {
          sessionContext: { sessionIssuer: { arn: ["arn:aws:iam::333333333333:role/srs-break-glass"] } },
        },
      },
    });
    const states = Object.fromEntries(
      stacks.prod.ofType(RULE).map(({ name, inputs }) => [name, inputs.state as string]),
    );
    expect(states).toEqual({
      ...Object.fromEntries(RULES.map((rule) => [rule, "ENABLED"])),
      "break-glass-use": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    });
  });

  it("stay within what EventBridge takes of a pattern and a description", () => {
    for (const { inputs } of stacks.prod.ofType(RULE)) {
      expect((inputs.eventPattern as string).length).toBeLessThanOrEqual(2048);
      expect((inputs.description as string).length).toBeLessThanOrEqual(512);
    }
  });
});

describe("queue of notices that did not arrive", () => {
  it("keeps them a fortnight under the key of events", () => {
    const { inputs } = stacks.prod.get(QUEUE, "tamper-dlq");
    expect(inputs).toMatchObject({
      name: "srs-prod-tamper-dlq",
      kmsMasterKeyId: stacks.prod.contract.kmsKeyArns.events,
      kmsDataKeyReusePeriodSeconds: 300,
      messageRetentionSeconds: 1_209_600,
    });
    expect(inputs).not.toHaveProperty("sqsManagedSseEnabled");
  });

  it("takes them from our rules alone, over TLS, from no other account", () => {
    const policy = policyOf(stacks.local, "aws:sqs/queuePolicy:QueuePolicy", "tamper-dlq");
    expect(policy.filter(({ Effect }) => Effect === "Allow").map(({ Sid }) => Sid)).toEqual(["RulesSetAside"]);
    expect(statement(policy, "RulesSetAside")).toMatchObject({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: {
        ArnEquals: {
          "aws:SourceArn": RULES.map((rule) => `arn:aws:events:us-east-1:000000000000:rule/srs-local-${rule}`),
        },
      },
    });
    expect(policy.filter(({ Effect }) => Effect === "Deny").map(({ Sid }) => Sid)).toEqual([
      "DenyInsecureTransport",
      "DenyOtherAccounts",
    ]);
  });

  it("wakes who runs the platform as soon as it holds one", () => {
    expect(stacks.prod.get("aws:cloudwatch/metricAlarm:MetricAlarm", "tamper-dlq").inputs).toMatchObject({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "srs-prod-tamper-dlq" },
      threshold: 1,
      alarmActions: [stacks.prod.contract.alertTopicArn],
    });
  });
});
