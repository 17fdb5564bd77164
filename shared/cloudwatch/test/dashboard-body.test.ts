import { dashboardFaults } from "../src/index.ts";

const place = { x: 0, y: 0, width: 12, height: 6 };
const metric = (properties: object, where: object = place) => ({
  type: "metric",
  ...where,
  properties: { title: "t", region: "us-east-1", view: "timeSeries", metrics: [["AWS/SQS", "Size"]], ...properties },
});
const faultsOf = (...widgets: object[]) => dashboardFaults(JSON.stringify({ widgets }));

describe("a dashboard's body", () => {
  it("passes with metrics, expressions over them, text, logs and alarms", () => {
    expect(
      faultsOf(
        metric({
          metrics: [
            ["AWS/ApiGateway", "5XXError", "ApiName", "records", { id: "m1", visible: false }],
            ["AWS/ApiGateway", "Count", "ApiName", "records", { id: "m2", visible: false }],
            [{ expression: "100 * m1 / m2", id: "e1", label: "Errors, %" }],
          ],
        }),
        { type: "text", ...place, properties: { markdown: "# Service" } },
        { type: "log", ...place, properties: { query: "fields @message", region: "us-east-1", view: "table" } },
        { type: "alarm", ...place, properties: { alarms: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"] } },
      ),
    ).toEqual([]);
  });

  it.each([
    ["no widget's list", {}, "the body has no list of widgets"],
    ["a widget wider than the board", { widgets: [metric({}, { ...place, x: 13 })] }, "do not fit into 24 columns"],
    ["a dimension without a value", { widgets: [metric({ metrics: [["a", "b", "c"]] })] }, "is not a namespace"],
    ["an unknown id", { widgets: [metric({ metrics: [[{ expression: "m1 / 2" }]] })] }, 'nothing has the id "m1"'],
    ["a period of 45", { widgets: [metric({ period: 45 })] }, "period 45"],
    ["no Region", { widgets: [metric({ region: undefined })] }, "names its Region"],
    ["a view of its own", { widgets: [metric({ view: "spiral" })] }, '"spiral" is no view'],
    [
      "a name instead of an alarm's ARN",
      { widgets: [{ type: "alarm", ...place, properties: { alarms: ["a"] } }] },
      "no",
    ],
    [
      "two lines of one id",
      {
        widgets: [
          metric({
            metrics: [
              ["a", "b", { id: "m" }],
              ["a", "c", { id: "m" }],
            ],
          }),
        ],
      },
      "twice",
    ],
  ])("is refused with %s", (_, body, fault) => {
    expect(dashboardFaults(JSON.stringify(body)).join()).toContain(fault);
  });
});
