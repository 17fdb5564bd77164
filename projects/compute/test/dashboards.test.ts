import { dashboardFaults, optionsOf, type DashboardBody, type MetricLine, type Widget } from "@records/cloudwatch";
import { exampleContracts } from "@records/contracts/examples";
import { recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";
import { metricsIn, unknownOf, type NamedMetric } from "./support/known-metrics.ts";

const PROD = exampleContracts({ accountId: "333333333333", region: "us-east-1", suffix: "prod", zones: 3 });
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
let stacks: Record<"prod" | "local", Recording>;
beforeAll(async () => {
  const [prod, local] = await Promise.all([
    recordStack("projects/compute", PROD, { stack: "prod" }),
    recordStack("projects/compute", CONTRACTS),
  ]);
  stacks = { prod, local };
}, 60_000);

const textOf = (board: string, stack: "prod" | "local" = "prod"): string =>
  String(stacks[stack].get(DASHBOARD, board).inputs.dashboardBody);
const widgetsOf = (board: string, stack: "prod" | "local" = "prod"): readonly Widget[] =>
  (JSON.parse(textOf(board, stack)) as DashboardBody).widgets;
const linesOf = (widget: Widget): readonly MetricLine[] => (widget.type === "metric" ? widget.properties.metrics : []);

describe.each(["service", "data", "compliance"])("the dashboard %s", (board) => {
  it.each(["prod", "local"] as const)("is one that CloudWatch shows, in %s", (stack) => {
    expect(widgetsOf(board, stack).length).toBeGreaterThan(8);
    expect(dashboardFaults(textOf(board, stack))).toEqual([]);
  });

  it("shows only metrics that there are", () => {
    const metrics = widgetsOf(board)
      .flatMap(linesOf)
      .flatMap((line): readonly NamedMetric[] => {
        const { expression } = optionsOf(line);
        if (expression !== undefined) return metricsIn(expression);
        const [namespace = "", name = "", ...pairs] = line.filter((part) => typeof part === "string");
        return [{ namespace, name, dimensions: pairs.filter((_, at) => at % 2 === 0) }];
      });
    expect(metrics.length).toBeGreaterThan(8);
    expect(metrics.map(unknownOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it("lays no widget over another", () => {
    const cells = widgetsOf(board).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it("names no student and no person", () => {
    expect(textOf(board)).not.toMatch(/studentId|personId|legalName/);
  });
});

describe("the dashboards", () => {
  it("draw the thresholds of the alarms, with the alarms' names", () => {
    const limits = ["service", "data", "compliance"].flatMap((board) =>
      widgetsOf(board).flatMap((widget) =>
        widget.type === "metric" ? (widget.properties.annotations?.horizontal ?? []) : [],
      ),
    );
    expect(limits.length).toBeGreaterThan(15);
    const alarms = new Map(
      stacks.prod
        .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ name, inputs }) => [name, inputs.threshold as number]),
    );
    const drawn = limits.filter(({ label = "" }) => alarms.has(label));
    expect(drawn.length).toBeGreaterThan(14);
    for (const { label = "", value } of drawn) expect(value).toBe(alarms.get(label));
  });

  it("show the state of alarms that exist", () => {
    const shown = widgetsOf("service").flatMap((widget) => (widget.type === "alarm" ? widget.properties.alarms : []));
    const names = [
      ...stacks.prod.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => String(inputs.name)),
      ...stacks.prod
        .ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm")
        .map(({ inputs }) => String(inputs.alarmName)),
    ];
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((arn) => !names.includes(arn.split(":alarm:")[1] ?? ""))).toEqual([]);
  });

  it("have the use of keys where the trail is, and say where else it is seen", async () => {
    expect(textOf("compliance")).toContain("SOURCE '/srs/prod/trail'");
    const { trail: _, ...security } = CONTRACTS.security;
    const shared = await recordStack("projects/compute", { ...CONTRACTS, security }, { stack: "pr7" });
    expect(String(shared.get(DASHBOARD, "compliance").inputs.dashboardBody)).toContain(
      "on the dashboard of that stack",
    );
  }, 60_000);
});
