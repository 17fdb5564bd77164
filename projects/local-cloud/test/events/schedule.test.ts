import { scheduleFault } from "../../src/services/events/schedule.ts";

describe("schedule expressions", () => {
  it.each([
    "rate(1 minute)",
    "rate(15 minutes)",
    "cron(0 6 * * ? *)",
    "cron(0/15 8-18 ? * MON-FRI *)",
    "cron(0 0 L * ? *)",
    "cron(0 9 ? * 2#1 *)",
  ])("allow %s", (expression) => {
    expect(scheduleFault(expression)).toBeUndefined();
  });

  it.each([
    ["rate(1 minutes)", "does not agree"],
    ["rate(0 days)", "at least 1"],
    ["cron(0 6 * * *)", "six fields"],
    ["cron(0 6 * * * *)", "exactly one of day-of-month and day-of-week"],
    ["cron(60 6 * * ? *)", "minutes"],
    ["every day", "neither"],
  ])("refuse %s", (expression, fault) => {
    expect(scheduleFault(expression)).toContain(fault);
  });
});
