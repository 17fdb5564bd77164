import { policyOf, recordStacks, type RecordedStacks } from "./recorded.ts";

const TRAIL = "aws:cloudtrail/trail:Trail";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const NAMES = ["local", "pr123", "prod"] as const;
let stacks: RecordedStacks<(typeof NAMES)[number]>;
beforeAll(async () => {
  stacks = await recordStacks(NAMES);
}, 120_000);

describe("trail", () => {
  it.each(["local", "prod"] as const)("of %s records every Region, signed, under the audit key", (name) => {
    const stack = stacks[name];
    const [trail, ...more] = stack.ofType(TRAIL);
    expect(more).toEqual([]);
    expect(trail?.inputs).toMatchObject({
      name: `srs-${name}-trail`,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      kmsKeyId: stack.contract.kmsKeyArns.audit,
      s3BucketName: stack.contract.auditBucket.name,
      insightSelectors: [{ insightType: "ApiCallRateInsight" }, { insightType: "ApiErrorRateInsight" }],
    });
    expect(trail?.inputs.cloudWatchLogsGroupArn).toMatch(/:log-group:\/srs\/[a-z]+\/trail:\*$/);
    const kept = name !== "local";
    expect(trail?.options).toMatchObject({ protect: kept, retainOnDelete: kept });
  });

  it("records management first, then who touches the stores that matter, then every function", () => {
    const { advancedEventSelectors: selectors, ...inputs } = stacks.prod.get(TRAIL, "trail").inputs;
    expect(inputs).not.toHaveProperty("eventSelectors");
    expect(selectors[0].fieldSelectors).toEqual([{ field: "eventCategory", equals: ["Management"] }]);
    const watched = (selectors as { fieldSelectors: { field: string; startsWiths?: string[]; equals?: string[] }[] }[])
      .slice(1)
      .map(({ fieldSelectors }) => {
        const of = (wanted: string) => fieldSelectors.find(({ field }) => field === wanted);
        expect(of("eventCategory")?.equals).toEqual(["Data"]);
        return [of("resources.type")?.equals, of("resources.ARN")?.startsWiths].flat();
      });
    expect(watched).toEqual([
      ["AWS::S3::Object", "arn:aws:s3:::srs-prod-audit-333333333333/"],
      ["AWS::S3::Object", "arn:aws:s3:::srs-prod-archive-333333333333/"],
      ["AWS::S3::Object", "arn:aws:s3:::srs-pulumi-state-333333333333/"],
      ["AWS::Lambda::Function", undefined],
    ]);
  });

  it("starts only when the bucket and the log group would take what it writes", () => {
    expect(stacks.local.get(TRAIL, "trail").options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:s3/bucketPolicy:BucketPolicy::audit",
        "aws:kms/key:Key::audit",
        "aws:iam/rolePolicy:RolePolicy::trail-logs",
      ]),
    );
  });

  it("writes to its own log streams and nothing else", () => {
    const [allowed, ...more] = policyOf(stacks.local, "aws:iam/rolePolicy:RolePolicy", "trail-logs");
    expect(more).toEqual([]);
    expect(allowed).toMatchObject({ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"] });
    expect(allowed?.Resource).toMatch(/log-group:\/srs\/local\/trail:log-stream:000000000000_CloudTrail_us-east-1\*$/);
  });

  it("is one per account: a pull request's stack makes none, and watches none", () => {
    expect(stacks.pr123.ofType("aws:kms/key:Key")).toHaveLength(11);
    for (const type of [TRAIL, FILTER, "aws:cloudwatch/queryDefinition:QueryDefinition"]) {
      expect(stacks.pr123.ofType(type)).toEqual([]);
    }
  });
});

describe("alarms on the trail", () => {
  it("are the fifteen of the benchmark, with patience only for failed sign-ins and refused calls", () => {
    const thresholds = Object.fromEntries(
      stacks.prod
        .ofType(ALARM)
        .filter(({ inputs }) => inputs.namespace === "srs/prod/trail")
        .map(({ name, inputs }) => [name, inputs.threshold as unknown]),
    );
    expect(thresholds).toEqual({
      "root-use": 1,
      "sign-in-without-mfa": 1,
      "failed-sign-ins": 5,
      "unauthorised-calls": 20,
      "iam-policy-change": 1,
      "trail-change": 1,
      "key-disabled": 1,
      "bucket-policy-change": 1,
      "recorder-change": 1,
      "security-group-change": 1,
      "network-acl-change": 1,
      "gateway-change": 1,
      "route-table-change": 1,
      "vpc-change": 1,
      "organization-change": 1,
    });
  });

  it("each watch the metric that a filter on the trail's group makes, and tell the security topic", () => {
    const filters = stacks.prod.ofType(FILTER);
    expect(filters).toHaveLength(15);
    for (const { name, inputs } of filters) {
      expect(inputs.logGroupName).toBe("/srs/prod/trail");
      expect(inputs.metricTransformation).toEqual({ name, namespace: "srs/prod/trail", value: "1" });
      expect(stacks.prod.get(ALARM, name).inputs).toMatchObject({
        name: `srs-prod-trail-${name}`,
        metricName: name,
        namespace: "srs/prod/trail",
        statistic: "Sum",
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: "notBreaching",
        alarmActions: [stacks.prod.contract.securityTopicArn],
      });
    }
  });

  it("have patterns that CloudWatch takes: in braces, balanced, of at most 1,024 characters", () => {
    for (const { inputs } of stacks.prod.ofType(FILTER)) {
      const pattern = inputs.pattern as string;
      expect(pattern).toMatch(/^\{.*\}$/);
      expect(pattern.length).toBeLessThanOrEqual(1024);
      expect(pattern.split("(")).toHaveLength(pattern.split(")").length);
    }
    expect(stacks.prod.get(FILTER, "key-disabled").inputs.pattern).toBe(
      "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
    );
  });
});

describe("query keys-by-student", () => {
  it("asks the trail's group which calls to KMS named a student", () => {
    const [query] = stacks.prod.ofType("aws:cloudwatch/queryDefinition:QueryDefinition");
    expect(query?.inputs).toMatchObject({ name: "srs-prod-keys-by-student", logGroupNames: ["/srs/prod/trail"] });
    expect(query?.inputs.queryString).toContain("requestParameters.encryptionContext.studentId");
  });
});
