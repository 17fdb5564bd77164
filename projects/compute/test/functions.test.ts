import { fixtures, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.

const keys = fixtures.security.kmsKeyArns;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

describe("functions", () => {
  it.each(["migration", "consumer-cache-invalidator"])(
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
