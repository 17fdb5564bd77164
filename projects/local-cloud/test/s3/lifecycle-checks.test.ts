import fc from "fast-check";
import { lifecycleFailures } from "../../src/services/s3/lifecycle-checks.ts";
import { UNKNOWN } from "../../src/resource-type.ts";

const rule = (more: object) => [{ id: "age", status: "Enabled", ...more }];
const moves = (...transitions: (readonly [days: number, storageClass: string])[]) =>
  rule({ transitions: transitions.map(([days, storageClass]) => ({ days, storageClass })) });

describe("a lifecycle", () => {
  it("passes as the audit store has it, and while it is unknown", () => {
    const [store] = moves([90, "STANDARD_IA"], [365, "GLACIER_IR"]);
    const whole = [
      { ...store, expiration: { days: 2_585 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ];
    expect(lifecycleFailures(whole)).toEqual([]);
    expect(lifecycleFailures(UNKNOWN)).toEqual([]);
    expect(lifecycleFailures(rule({ expiration: { days: UNKNOWN }, transitions: UNKNOWN }))).toEqual([]);
  });

  it.each([
    ["no action", rule({}), "At least one action"],
    ["no status", rule({ status: "On", expiration: { days: 1 } }), "no status"],
    ["infrequent access after 29 days", moves([29, "STANDARD_IA"]), "greater than or equal to 30"],
    ["29 days in infrequent access", moves([30, "STANDARD_IA"], [59, "GLACIER"]), "must be 30 days more"],
    ["a way back up", moves([30, "GLACIER"], [90, "STANDARD_IA"]), "do not move from 'GLACIER' to 'STANDARD_IA'"],
    ["a class twice", moves([30, "GLACIER"], [90, "GLACIER"]), "do not move from 'GLACIER' to 'GLACIER'"],
    ["a class that is none", moves([30, "COLD"]), '"COLD" is none of'],
    ["a negative age", moves([-1, "GLACIER"]), "must not be negative"],
    [
      "an end before its move",
      [{ ...moves([90, "GLACIER"])[0], expiration: { days: 90 } }],
      "Expiration action must be greater",
    ],
    ["an end of nothing", rule({ expiration: { days: 0 } }), "positive integer"],
    ["two ends", rule({ expiration: { days: 1, date: "2030-01-01" } }), "exactly one"],
    [
      "uploads by tag",
      rule({ filter: { tag: { key: "a", value: "b" } }, abortIncompleteMultipartUpload: {} }),
      "with Tags",
    ],
    [
      "old versions that end before they move",
      rule({
        noncurrentVersionTransitions: [{ noncurrentDays: 30, storageClass: "STANDARD_IA" }],
        noncurrentVersionExpiration: { noncurrentDays: 7 },
      }),
      "Expiration action must be greater",
    ],
    ["one id twice", [...rule({ expiration: { days: 1 } }), ...rule({ expiration: { days: 1 } })], "unique"],
  ])("is refused with %s", (_, rules, reason) => {
    expect(lifecycleFailures(rules)).toContainEqual({ property: "rules", reason: expect.stringContaining(reason) });
  });

  it("lets objects stay in infrequent access for thirty days, and not for less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 4_000 }), fc.integer({ min: 1, max: 60 }), (into, stay) => {
        const failures = lifecycleFailures(moves([into, "STANDARD_IA"], [into + stay, "GLACIER_IR"]));
        expect(failures.length > 0).toBe(stay < 30);
      }),
    );
  });
});
