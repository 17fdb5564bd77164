import fc from "fast-check";
import { isDue } from "../../src/services/events/due.ts";

const at = (text: string): Date => new Date(`${text}Z`);
const moments = fc.date({ min: at("2024-01-01T00:00:00"), max: at("2030-12-31T23:59:59"), noInvalidDate: true });

describe("a schedule", () => {
  it.each([
    ["rate(1 minute)", "2026-11-24T00:05:31", true],
    ["rate(1 hour)", "2026-11-24T13:00:00", true],
    ["rate(1 hour)", "2026-11-24T13:01:00", false],
    ["cron(5 0 * * ? *)", "2026-11-24T00:05:59", true],
    ["cron(5 0 * * ? *)", "2026-11-24T12:05:00", false],
    ["cron(0/15 8-18 ? * MON-FRI *)", "2026-11-24T08:45:00", true],
    ["cron(0/15 8-18 ? * MON-FRI *)", "2026-11-22T08:45:00", false],
    ["cron(0 8 1 JAN,JUL ? *)", "2026-07-01T08:00:00", true],
    ["cron(0 8 1 JAN,JUL ? *)", "2026-06-01T08:00:00", false],
    ["cron(0 0 L * ? *)", "2028-02-29T00:00:00", true],
    ["cron(0 0 L * ? *)", "2028-02-28T00:00:00", false],
    ["cron(0 0 LW * ? *)", "2026-10-30T00:00:00", true],
    ["cron(0 0 1W * ? *)", "2026-08-03T00:00:00", true],
    ["cron(0 0 15W * ? *)", "2026-11-16T00:00:00", true],
    ["cron(0 9 ? * 2#1 *)", "2026-11-02T09:00:00", true],
    ["cron(0 9 ? * 2#1 *)", "2026-11-09T09:00:00", false],
    ["cron(0 9 ? * 6L *)", "2026-11-27T09:00:00", true],
    ["cron(0 9 ? * L *)", "2026-11-28T09:00:00", true],
    ["cron(0 9 * * ? 2027-2028)", "2026-11-28T09:00:00", false],
  ])("%s at %s: %p", (expression, moment, due) => {
    expect(isDue(expression, at(moment))).toBe(due);
  });

  it("of a rate runs once in every so many minutes, wherever one begins to count", () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 2, max: 240 }), (from, every) => {
        const minutes = Array.from({ length: every }, (_, n) => new Date(from.getTime() + n * 60_000));
        expect(minutes.filter((minute) => isDue(`rate(${every} minutes)`, minute))).toHaveLength(1);
      }),
    );
  });

  it("of every minute is always due", () => {
    fc.assert(fc.property(moments, (moment) => isDue("cron(* * * * ? *)", moment)));
  });

  it("of a weekday runs once a month by its number and once as the last", () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 7 }), (moment, day) => {
        const days = Array.from(
          { length: 31 },
          (_, n) => new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), n + 1)),
        ).filter((each) => each.getUTCMonth() === moment.getUTCMonth());
        const due = (part: string) => days.filter((each) => isDue(`cron(0 0 ? * ${part} *)`, each));
        expect(due(`${day}#1`)).toHaveLength(1);
        expect(due(`${day}L`)).toHaveLength(1);
      }),
    );
  });
});
