import * as fc from "fast-check";
import type { DashboardBody } from "../src/index.ts";
import { dashboardPage, dashboardPicture, sampleSeries, scaleOf, shortNumber } from "../src/page/index.ts";

const place = { x: 0, y: 0, width: 12, height: 6 };
const BODY: DashboardBody = {
  start: "-PT1H",
  widgets: [
    { type: "text", x: 0, y: 6, width: 24, height: 2, properties: { markdown: "# Service\nLimits <drawn> & named" } },
    {
      type: "alarm",
      x: 0,
      y: 8,
      width: 24,
      height: 2,
      properties: { title: "Alarms", alarms: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:srs-prod-burn-fast"] },
    },
    {
      type: "metric",
      ...place,
      properties: {
        title: "Failures, %",
        region: "us-east-1",
        view: "timeSeries",
        period: 300,
        metrics: [
          ["AWS/ApiGateway", "5XXError", "ApiName", "records", { id: "m1", visible: false, stat: "Sum" }],
          ["AWS/ApiGateway", "Count", "ApiName", "records", { id: "m2", visible: false, stat: "Sum" }],
          [{ expression: "100 * m1 / m2", label: "Failed", id: "e1" }],
        ],
        annotations: { horizontal: [{ value: 0.5, label: "gateway-fails", fill: "above" }] },
      },
    },
  ],
};

describe("a dashboard's page", () => {
  it("is the same each time, stands alone, and says that its data is made up", () => {
    const page = dashboardPage("srs-prod-service", BODY);
    expect(page).toBe(dashboardPage("srs-prod-service", BODY));
    expect(page).not.toMatch(/<script|<img|<link|url\(|@import/);
    expect(page).toContain("sample data, made up");
  });

  it("draws the limits with their names, and of an expression's parts only what is visible", () => {
    const picture = dashboardPicture(BODY);
    expect(picture).toContain(">gateway-fails 0.5<");
    expect(picture).toContain(">Failed<");
    expect(picture).not.toContain(">5XXError<");
    expect(picture.match(/class="line"/g)).toHaveLength(1);
  });

  it("shows words as words, whatever they hold", () => {
    expect(dashboardPicture(BODY)).toContain("Limits &lt;drawn&gt; &amp; named");
  });

  it("names the alarms it is told of", () => {
    expect(dashboardPicture(BODY)).toContain(">burn-fast<");
  });
});

describe("sample data", () => {
  const grid = { points: 72, periodSeconds: 300 };

  it("is never below nothing, nor above what its kind can be", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("CPUUtilization", "Count", "Latency", "SuccessPercent", "other"),
        fc.string(),
        (name, value) => {
          const series = sampleSeries(["AWS/X", name, "Id", value, "Average"], grid);
          expect(series).toHaveLength(72);
          for (const point of series) expect(point).toBeGreaterThanOrEqual(0);
          if (name === "CPUUtilization" || name === "SuccessPercent")
            for (const point of series) expect(point).toBeLessThanOrEqual(100);
        },
      ),
    );
  });

  it("goes by the words that it is given for metrics of one's own", () => {
    const shape = { of: / ours hit /, level: 5, noise: 0, disturbed: 1 };
    expect(new Set(sampleSeries(["ns", "m", "ours", "hit", "Sum"], grid, [shape]))).toEqual(new Set([5]));
  });
});

describe("a plot's scale", () => {
  it("holds every value, ends at round numbers, and has few of them", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: 0, max: 1e12 }).map((value) => value / 1000),
          { minLength: 1 },
        ),
        (values) => {
          const scale = scaleOf(values, { min: 0 });
          for (const value of values) {
            expect(scale.at(value)).toBeGreaterThanOrEqual(0);
            expect(scale.at(value)).toBeLessThanOrEqual(1);
          }
          expect(scale.ticks.length).toBeGreaterThan(1);
          expect(scale.ticks.length).toBeLessThan(9);
        },
      ),
    );
  });

  it("keeps to a given end unless a value is beyond it", () => {
    expect(scaleOf([40], { min: 0, max: 100 }).max).toBe(100);
    expect(scaleOf([140], { min: 0, max: 100 }).max).toBeGreaterThan(140);
  });

  it.each([
    [0, "0"],
    [0.00144, "0.001"],
    [0.0006, "0.0006"],
    [0.5, "0.5"],
    [12.34, "12.3"],
    [1_500, "1500"],
    [100_000, "100 k"],
    [1_200_000, "1.2 M"],
  ])("writes %p as %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});
