import { mathFault, readAlarmRule } from "@records/cloudwatch";
import { exampleContracts } from "@records/contracts/examples";
import { recordStack, type Recording } from "@records/testing";
import { readFileSync } from "node:fs";
import { WAITING_ROWS } from "../src/alarms/table.ts";
import { CONTRACTS } from "./contracts.ts";
import { metricsIn, unknownOf, type NamedMetric } from "./support/known-metrics.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

const PROD = exampleContracts({ accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 });
const METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
let prod: Recording;
let local: Recording;
beforeAll(async () => {
  [prod, local] = await Promise.all([
    recordStack("projects/compute", PROD, { stack: "prod" }),
    recordStack("projects/compute", CONTRACTS),
  ]);
}, 60_000);

const alarm = (name: string, stack = prod): any => stack.get(METRIC, name).inputs;
const watched = (inputs: any): NamedMetric[] => {
  if (inputs.metricName !== undefined)
    return [{ namespace: inputs.namespace, name: inputs.metricName, dimensions: Object.keys(inputs.dimensions ?? {}) }];
  return inputs.metricQueries.flatMap(({ metric, expression }: any) =>
    metric
      ? [{ namespace: metric.namespace, name: metric.metricName, dimensions: Object.keys(metric.dimensions ?? {}) }]
      : metricsIn(expression),
  );
};

describe("every alarm", () => {
  it("says what is so and what to do, what missing data means, and whom it tells", () => {
    const alarms = prod.ofType(METRIC);
    expect(alarms.length).toBeGreaterThan(40);
    for (const { inputs } of alarms) {
      expect(inputs.alarmDescription.length).toBeGreaterThan(60);
      expect(inputs.alarmDescription.length).toBeLessThan(1_024);
      expect(["breaching", "notBreaching", "missing"]).toContain(inputs.treatMissingData);
      const part = inputs.name.startsWith("srs-prod-burn-");
      expect(inputs.alarmActions).toEqual(part ? [] : [PROD.security.alertTopicArn]);
      expect(inputs.actionsEnabled).toBe(!part);
      expect(inputs.datapointsToAlarm).toBeLessThanOrEqual(inputs.evaluationPeriods as number);
    }
  });

  it("looks at a metric that AWS or an application of ours emits, by dimensions that it has", () => {
    const metrics = [...prod.ofType(METRIC), ...local.ofType(METRIC)].flatMap(({ inputs }) => watched(inputs));
    expect(metrics.length).toBeGreaterThan(80);
    expect(metrics.map(unknownOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it("has an expression that CloudWatch can read, and returns one series", () => {
    const onMath = prod.ofType(METRIC).filter(({ inputs }) => inputs.metricQueries);
    expect(onMath.length).toBeGreaterThan(8);
    for (const { inputs } of onMath) {
      const ids = inputs.metricQueries.map(({ id }: any) => id);
      const [returned, ...more] = inputs.metricQueries.filter(({ returnData }: any) => returnData);
      expect(more).toEqual([]);
      expect(mathFault(returned.expression as string, ids as string[])).toBeUndefined();
      expect(new Set(inputs.metricQueries.flatMap(({ metric }: any) => metric?.period ?? [])).size).toBeLessThan(2);
    }
  });

  it("names nobody's record: no dimension holds a student", () => {
    const dimensions = prod
      .ofType(METRIC)
      .flatMap(({ inputs }) => watched(inputs).flatMap((metric) => metric.dimensions));
    expect(dimensions.filter((name) => /student|person|user(?!Pool)/i.test(name))).toEqual([]);
  });
});

describe("the thresholds", () => {
  it.each([
    ["cached-reads-slow", { extendedStatistic: "p99", threshold: 0.2, datapointsToAlarm: 3, evaluationPeriods: 5 }],
    ["database-reads-slow", { extendedStatistic: "p99", threshold: 1, evaluateLowSampleCountPercentiles: "ignore" }],
    ["tasks-fail", { threshold: 1, evaluationPeriods: 2, treatMissingData: "notBreaching" }],
    [
      "tasks-unhealthy",
      { threshold: 2, statistic: "Minimum", comparisonOperator: "LessThanThreshold", treatMissingData: "breaching" },
    ],
    ["gateway-fails", { threshold: 0.5 }],
    ["gateway-slow", { threshold: 1_500, extendedStatistic: "p99" }],
    ["audit-unavailable", { threshold: 1, comparisonOperator: "GreaterThanOrEqualToThreshold" }],
    ["outbox-old", { threshold: 30, treatMissingData: "breaching" }],
    ["outbox-full", { threshold: 1_000_000, treatMissingData: "breaching" }],
    ["audit-export-missing", { threshold: 1, evaluationPeriods: 2, treatMissingData: "breaching" }],
    ["cache-invalidator-behind", { threshold: 60_000, evaluationPeriods: 3 }],
    ["cache-invalidator-iterator-old", { metricName: "IteratorAge", threshold: 60_000 }],
    ["cache-invalidator-dlq-not-empty", { threshold: 1 }],
    ["replica-lag", { threshold: 200, evaluationPeriods: 5 }],
    ["database-capacity", { threshold: 80, evaluationPeriods: 10, treatMissingData: "missing" }],
    ["proxy-slow", { threshold: 100_000, extendedStatistic: "p99" }],
    ["proxy-refuses", { threshold: 5 }],
    ["cache-001-evicts", { threshold: 0, evaluationPeriods: 10 }],
    ["cache-003-full", { threshold: 75 }],
    ["cache-002-busy", { threshold: 70 }],
    ["cache-002-lags", { threshold: 1 }],
    ["cache-misses", { threshold: 70, evaluationPeriods: 10, comparisonOperator: "LessThanThreshold" }],
    ["client-refused", { threshold: 20 }],
    ["rotation-fails", { threshold: 1, dimensions: { FunctionName: "srs-prod-rotation" } }],
    [
      "canary-fails",
      { threshold: 100, period: 60, datapointsToAlarm: 2, evaluationPeriods: 3, treatMissingData: "breaching" },
    ],
    ["files-busy", { threshold: 80 }],
    ["certificate-api", { threshold: 30, metricName: "DaysToExpiry" }],
  ])("of %s are those of the specification", (name, inputs) => {
    expect(alarm(name)).toMatchObject(inputs);
  });

  it("ask for one healthy task where only one is wanted", async () => {
    const dev = await recordStack("projects/compute", CONTRACTS, { stack: "dev" });
    expect(alarm("tasks-unhealthy", dev)).toMatchObject({ threshold: 1 });
    expect(alarm("canary-fails", dev)).toMatchObject({ period: 900 });
  }, 60_000);
});

describe("the budget's alarms", () => {
  it.each([
    ["fast", ["burn-fast-60m", "burn-fast-5m"], [3_600, 300], 0.00144],
    ["slow", ["burn-slow-360m", "burn-slow-30m"], [21_600, 1_800], 0.0006],
  ] as const)("raise %s only when both windows burn", (speed, parts, periods, threshold) => {
    const { inputs } = prod.get(COMPOSITE, `burn-${speed}`);
    const names = parts.map((part) => `srs-prod-${part}`);
    const rule = readAlarmRule(String(inputs.alarmRule));
    expect(rule.alarms).toEqual(names);
    expect(rule.holds(new Set(names))).toBe(true);
    for (const name of names) expect(rule.holds(new Set([name]))).toBe(false);
    expect(inputs.alarmActions).toEqual([PROD.security.alertTopicArn]);
    for (const [at, part] of parts.entries()) {
      const { metricQueries, threshold: set } = alarm(part);
      expect(set).toBeCloseTo(threshold, 10);
      expect(metricQueries[0].metric).toMatchObject({ metricName: "5XXError", period: periods[at], stat: "Sum" });
    }
  });
});

describe("a deployment of the API", () => {
  it("goes back when tasks fail or are lost, and at nothing else", () => {
    expect(prod.get("aws:ecs/service:Service", "api").inputs.alarms).toEqual({
      enable: true,
      rollback: true,
      alarmNames: ["srs-prod-tasks-fail", "srs-prod-tasks-unhealthy"],
    });
    expect(prod.get("aws:ecs/service:Service", "relay").inputs).not.toHaveProperty("alarms");
  });
});

describe("alarms whose metric nobody emits yet", () => {
  it("are not made, so that they cannot look healthy", () => {
    expect(WAITING_ROWS.map(({ purpose }) => purpose)).toEqual(["secret-old", "access-request-due"]);
    const made = prod.ofType(METRIC).map(({ name }) => name);
    expect(made.filter((name) => WAITING_ROWS.some(({ purpose }) => purpose === name))).toEqual([]);
  });
});

describe("docs/alarms.md", () => {
  it("lists every alarm with what to do, and every one that waits", () => {
    const page = readFileSync("docs/alarms.md", "utf8");
    const parts = /^burn-(fast|slow)-\d+m$/;
    const names = [...prod.ofType(METRIC), ...prod.ofType(COMPOSITE)]
      .map(({ name }) => name)
      .filter((name) => !parts.test(name))
      .map((name) => name.replace(/^cache-\d{3}-/, "cache-00n-"));
    expect(names.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
    for (const { purpose, metric, waitsFor } of WAITING_ROWS)
      for (const word of [purpose, metric, waitsFor]) expect(page).toContain(word);
  });
});
