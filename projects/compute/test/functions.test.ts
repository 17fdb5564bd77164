import { fixtures, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.

const keys = fixtures.security.kmsKeyArns;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

describe("functions", () => {
  it.each(["migration", "consumer-cache-invalidator", "audit-exporter"])(
    "%s runs privately under our key and logs where we look",
    (name) => {
      const { inputs } = stack.get("aws:lambda/function:Function", name);
      expect(inputs).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        kmsKeyArn: keys.compute,
        vpcConfig: { subnetIds: fixtures.network.privateSubnetIds },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: `/srs/local/function-${name}` },
      });
      const variables = Object.entries<string>(inputs.environment.variables);
      expect(
        variables.filter(([variable, value]) => /PASSWORD|SECRET|TOKEN/.test(variable) && !value.startsWith("arn:")),
      ).toEqual([]);
    },
  );

  it.each(["migration", "consumer-cache-invalidator", "audit-exporter"])(
    "%s is called by an alias, so that a new version is in use when it is moved, and stops a loop",
    (name) => {
      const { inputs } = stack.get("aws:lambda/alias:Alias", `${name}-live`);
      expect(inputs).toMatchObject({ name: "live", functionName: `srs-local-${name}` });
      expect(stack.get("aws:lambda/function:Function", name).inputs.publish).toBe(true);
      expect(stack.get("aws:lambda/functionRecursionConfig:FunctionRecursionConfig", name).inputs).toMatchObject({
        recursiveLoop: "Terminate",
      });
    },
  );

  it("migrates once for each change of the SQL files, with no secret in the request", () => {
    const { inputs } = stack.get("aws:lambda/invocation:Invocation", "migrate");
    expect(inputs.triggers.migrations).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(inputs.input)).toEqual({ operation: "migrate" });
    expect(inputs.lifecycleScope).toBe("CREATE_ONLY");
  });

  it("reads the stream as its registered consumer, in order, and sets failures aside", () => {
    const { inputs, options } = stack.get("aws:lambda/eventSourceMapping:EventSourceMapping", "cache-invalidator");
    expect(inputs).toMatchObject({
      eventSourceArn: fixtures.data.streams.studentEvents.consumerArns.cacheInvalidator,
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 5,
      destinationConfig: { onFailure: { destinationArn: fixtures.data.deadLetterQueues.cacheInvalidator.arn } },
    });
    expect(inputs).not.toHaveProperty("tumblingWindowInSeconds");
    expect(options.dependencies).toContain("aws:lambda/invocation:Invocation::migrate");
  });
});

describe("audit exporter", () => {
  const RUNS = [
    ["audit-export", "cron(0 * * * ? *)", "export"],
    ["audit-anchor", "cron(5 0 * * ? *)", "anchor"],
  ] as const;

  it.each(RUNS)("runs as %s at %s, by a rule that alone may call it so", (name, schedule, operation) => {
    const rule = stack.get("aws:cloudwatch/eventRule:EventRule", name);
    expect(rule.inputs).toMatchObject({ scheduleExpression: schedule, state: "ENABLED" });
    expect(rule.options.dependencies).toContain("aws:lambda/invocation:Invocation::migrate");
    const target = stack.get("aws:cloudwatch/eventTarget:EventTarget", name);
    expect(JSON.parse(target.inputs.input)).toEqual({ operation });
    expect(target.inputs).toMatchObject({
      rule: rule.inputs.name,
      deadLetterConfig: { arn: fixtures.data.deadLetterQueues.alarms.arn },
    });
    expect(target.options.dependencies).toContain(`aws:lambda/permission:Permission::${name}`);
    expect(stack.get("aws:lambda/permission:Permission", name).inputs).toMatchObject({
      function: "srs-local-audit-exporter",
      qualifier: "live",
      principal: "events.amazonaws.com",
      sourceAccount: "000000000000",
      sourceArn: expect.stringMatching(new RegExp(`/${rule.inputs.name}$`)),
    });
  });

  it("works alone, knows two logins and where to keep what it copies", () => {
    const { inputs } = stack.get("aws:lambda/function:Function", "audit-exporter");
    expect(inputs.reservedConcurrentExecutions).toBe(1);
    expect(inputs.vpcConfig.securityGroupIds).toEqual([fixtures.network.securityGroupIds.consumer]);
    expect(inputs.environment.variables).toMatchObject({
      AUDIT_BUCKET: fixtures.security.auditBucket.name,
      AUDIT_KEY_ARN: keys.audit,
      SIGNING_KEY_ARN: keys.signing,
      DATABASE_SECRET_ARN_A: fixtures.data.secretArns.dbAppA,
      DATABASE_SECRET_ARN_B: fixtures.data.secretArns.dbAppB,
    });
  });
});
