import { cloudwatchService } from "../../src/services/cloudwatch/index.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const metric = (id: string, change: object = {}) => ({
  id,
  metric: {
    namespace: "AWS/ApiGateway",
    metricName: id,
    dimensions: { ApiName: "a" },
    period: 300,
    stat: "Sum",
    ...change,
  },
});
const ratio = (change: object = {}) => ({
  name: "burn-5m",
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  threshold: 0.001,
  metricQueries: [
    metric("errors"),
    metric("requests"),
    { id: "ratio", expression: "IF(errors >= 5, errors / requests, 0)", label: "ratio", returnData: true },
  ],
  ...change,
});

describe("alarms on metric math", () => {
  const world = useRecordedAccount([cloudwatchService]);

  it("pass with metrics, one expression over them that returns data, and with a Metrics Insights query", async () => {
    expect(await world.resources.failuresOf(ALARM, ratio())).toEqual([]);
    const query = { id: "q", expression: 'SELECT SUM(Risk) FROM "AWS/Cognito"', period: 60, returnData: true };
    expect(await world.resources.failuresOf(ALARM, ratio({ metricQueries: [query] }))).toEqual([]);
  });

  it.each([
    [
      "an expression over what is not there",
      [{ id: "e", expression: "m1 / 2", returnData: true }],
      'nothing has the id "m1"',
    ],
    ["nothing that returns data", [metric("a")], "exactly one query returns data"],
    ["metrics of two periods", [metric("a"), { ...metric("b", { period: 60 }), returnData: true }], "the same period"],
    ["an id in capitals", [{ ...metric("Errors"), returnData: true }], "must begin with a small letter"],
    ["a statistic nobody knows", [{ ...metric("a", { stat: "p101" }), returnData: true }], '"p101" is no statistic'],
    [
      "a query without a period",
      [{ id: "q", expression: 'SELECT SUM(a) FROM "b"', returnData: true }],
      "needs a period",
    ],
  ])("are refused with %s", async (_, metricQueries, reason) => {
    const failures = await world.resources.failuresOf(ALARM, ratio({ metricQueries }));
    expect(failures.map((failure) => failure.reason).join()).toContain(reason);
  });

  it("stand behind composite alarms, which name only alarms that are there and keep them", async () => {
    const composite = (alarmRule: string) => ({ alarmName: "burn", alarmRule });
    await expect(world.resources.create(COMPOSITE, "early", composite('ALARM("burn-5m")'))).rejects.toThrow(
      'the alarm "burn-5m" does not exist',
    );
    const alarm = await world.resources.create(ALARM, "burn-5m", ratio());
    const burn = await world.resources.create(COMPOSITE, "burn", composite('ALARM("burn-5m")'));
    expect(burn.outputs.arn).toBe("arn:aws:cloudwatch:us-east-1:000000000000:alarm:burn");
    await expect(world.resources.remove(alarm)).rejects.toThrow("composite alarm(s) depending on it");
    expect(await world.resources.failuresOf(COMPOSITE, composite("ALARM("))).not.toEqual([]);
  });
});

describe("dashboards", () => {
  const world = useRecordedAccount([cloudwatchService]);

  it("are refused when CloudWatch would not show them", async () => {
    const of = (widgets: object[]) => ({ dashboardName: "service", dashboardBody: JSON.stringify({ widgets }) });
    const text = { type: "text", x: 0, y: 0, width: 24, height: 1, properties: { markdown: "# Service" } };
    expect(await world.resources.failuresOf(DASHBOARD, of([text]))).toEqual([]);
    const [failure] = await world.resources.failuresOf(DASHBOARD, of([{ ...text, width: 25 }]));
    expect(failure?.reason).toContain("do not fit into 24 columns");
  });
});
