import fc from "fast-check";
import { nextRotationAt, rotationRulesFault } from "../../src/services/secretsmanager/rotation-schedule.ts";

const HOUR_MS = 3_600_000;
const moment = fc.date({ min: new Date("2026-01-01"), max: new Date("2030-12-31"), noInvalidDate: true });

describe("a rotation schedule", () => {
  it("begins each window on an hour, later than the moment asked from", () => {
    const rules = fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map((automaticallyAfterDays) => ({ automaticallyAfterDays })),
      fc.integer({ min: 4, max: 99 }).map((hours) => ({ scheduleExpression: `rate(${hours} hours)` })),
      fc
        .record({ hour: fc.integer({ min: 0, max: 21 }), day: fc.integer({ min: 1, max: 28 }) })
        .map(({ hour, day }) => ({ scheduleExpression: `cron(0 ${hour} ${day} * ? *)` })),
    );
    fc.assert(
      fc.property(rules, moment, (schedule, after) => {
        expect(rotationRulesFault(schedule)).toBeUndefined();
        const next = nextRotationAt(schedule, after)!;
        expect(next.getTime()).toBeGreaterThan(after.getTime() - HOUR_MS);
        expect(next.getTime() % HOUR_MS).toBe(0);
      }),
    );
  });

  it.each([
    ["cron(0 8 1 * ? *)", "2026-11-24T16:00:00Z", "2026-12-01T08:00:00Z"],
    ["cron(0 8 15 * ? *)", "2026-12-15T08:00:00Z", "2027-01-15T08:00:00Z"],
    ["cron(0 8 1 7 ? *)", "2026-11-24T16:00:00Z", "2027-07-01T08:00:00Z"],
    ["cron(0 */12 * * ? *)", "2026-11-24T16:00:00Z", "2026-11-25T00:00:00Z"],
    ["cron(0 6 ? * MON-FRI *)", "2026-11-27T16:00:00Z", "2026-11-30T06:00:00Z"],
    ["cron(0 0 L * ? *)", "2028-02-10T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["rate(90 days)", "2026-11-24T16:30:00Z", "2027-02-22T00:00:00Z"],
    ["rate(4 hours)", "2026-11-24T16:30:00Z", "2026-11-24T20:00:00Z"],
  ])("%s comes after %s at %s", (scheduleExpression, after, next) => {
    expect(nextRotationAt({ scheduleExpression }, new Date(after))).toEqual(new Date(next));
  });

  it.each([
    [{}, "not both"],
    [{ automaticallyAfterDays: 30, scheduleExpression: "rate(30 days)" }, "not both"],
    [{ automaticallyAfterDays: 1_001 }, "1 to 1000"],
    [{ scheduleExpression: "rate(3 hours)" }, "every 4 hours"],
    [{ scheduleExpression: "rate(1 days)" }, "does not agree"],
    [{ scheduleExpression: "cron(30 8 1 * ? *)" }, "minutes must be 0"],
    [{ scheduleExpression: "cron(0 8 1 * ? 2027)" }, "year must be *"],
    [{ scheduleExpression: "cron(0 8 1 * MON *)" }, "exactly one"],
    [{ scheduleExpression: "cron(0 8 31 2 ? *)" }, "never comes"],
    [{ scheduleExpression: "cron(0 23 1 * ? *)", duration: "2h" }, "next UTC day"],
    [{ scheduleExpression: "cron(0 25 1 * ? *)" }, "not possible"],
    [{ automaticallyAfterDays: 7, duration: "2" }, "1h to 24h"],
  ])("%j is refused, with the reason", (rules, reason) => {
    expect(rotationRulesFault(rules)).toContain(reason);
  });
});
