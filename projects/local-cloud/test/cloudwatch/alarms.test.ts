import { cloudwatchService } from "../../src/services/cloudwatch/index.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:security";
const alarm = {
  name: "root-use",
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  metricName: "root-use",
  namespace: "trail",
  statistic: "Sum",
  period: 300,
  evaluationPeriods: 1,
  threshold: 1,
  alarmActions: [TOPIC],
};
const filter = {
  name: "root-use",
  logGroupName: "trail",
  pattern: "{ $.a = 1 }",
  metricTransformation: { name: "root-use", namespace: "trail", value: "1" },
};

describe("alarms on logs", () => {
  const world = useRecordedAccount([cloudwatchService]);

  it("pass as they are, and while their actions are unknown", async () => {
    expect(await world.resources.failuresOf(ALARM, alarm)).toEqual([]);
    expect(await world.resources.failuresOf(ALARM, { ...alarm, alarmActions: [UNKNOWN], period: UNKNOWN })).toEqual([]);
    expect(await world.resources.failuresOf(FILTER, { ...filter, pattern: UNKNOWN })).toEqual([]);
  });

  it.each([
    ["an action that is no ARN", ALARM, { ...alarm, alarmActions: ["security"] }, "alarmActions"],
    [
      "an action that alarms do not take",
      ALARM,
      { ...alarm, okActions: ["arn:aws:sqs:us-east-1:000000000000:q"] },
      "okActions",
    ],
    [
      "six actions",
      ALARM,
      { ...alarm, alarmActions: Array.from({ length: 6 }, (_, i) => `${TOPIC}${i}`) },
      "alarmActions",
    ],
    ["a period of 45 seconds", ALARM, { ...alarm, period: 45 }, "period"],
    ["more than a day of minutes", ALARM, { ...alarm, period: 60, evaluationPeriods: 1_441 }, "evaluationPeriods"],
    ["two statistics", ALARM, { ...alarm, extendedStatistic: "p99" }, "extendedStatistic"],
    ["a pattern that cannot be read", FILTER, { ...filter, pattern: "{ a }" }, "pattern"],
    [
      "a metric with a dollar",
      FILTER,
      { ...filter, metricTransformation: { ...filter.metricTransformation, name: "$a" } },
      "metricTransformation",
    ],
    [
      "a value that is none",
      FILTER,
      { ...filter, metricTransformation: { ...filter.metricTransformation, value: "one" } },
      "metricTransformation",
    ],
    [
      "a default beside dimensions",
      FILTER,
      {
        ...filter,
        metricTransformation: { ...filter.metricTransformation, defaultValue: "0", dimensions: { a: "$.a" } },
      },
      "metricTransformation",
    ],
  ])("are refused with %s", async (_, token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });

  it("are fed by a hundred filters of a group, and no more", async () => {
    await expect(world.resources.create(FILTER, "early", filter)).rejects.toThrow("ResourceNotFoundException");
    await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "trail", {});
    for (let index = 0; index < 100; index += 1)
      await put(world.cloud, FILTER, `filter-${index}`, { ...filter, name: `filter-${index}` });
    await expect(world.resources.create(FILTER, "one-more", filter)).rejects.toThrow("LimitExceededException");
  });
});
