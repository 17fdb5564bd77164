import fc from "fast-check";
import { afterCheck, healthCheckOf, matches, NEW_TARGET } from "../../src/services/elbv2/health.ts";
import { chooseGroup, ruleFor } from "../../src/services/elbv2/routing.ts";

const check = healthCheckOf({ healthCheck: { healthyThreshold: 3, unhealthyThreshold: 2 } });

describe("a target's health", () => {
  it("needs one passed check at first", () => {
    expect(afterCheck(NEW_TARGET, true, check).status).toBe("healthy");
  });

  it("changes only after as many contradicting checks in a row as the thresholds say", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (results) => {
        let health = afterCheck(NEW_TARGET, true, check);
        let inRow = 0;
        for (const passed of results) {
          const before = health.status;
          inRow = passed === (before === "healthy") ? 0 : inRow + 1;
          health = afterCheck(health, passed, check);
          const threshold = before === "healthy" ? check.unhealthyThreshold : check.healthyThreshold;
          expect(health.status !== before).toBe(inRow >= threshold);
          if (health.status !== before) inRow = 0;
        }
      }),
    );
  });

  it.each([
    ["200", 200, true],
    ["200,202", 202, true],
    ["200-299", 250, true],
    ["200-299", 301, false],
    ["200", 204, false],
  ])("with matcher %s and status %d is %p", (matcher, status, expected) => {
    expect(matches(matcher, status)).toBe(expected);
  });
});

describe("routing", () => {
  const rule = (priority: number, condition: object) => ({
    priority,
    conditions: [condition],
    actions: [],
    transforms: [],
  });
  const rules = [
    rule(20, { hostHeader: { values: ["*.example.edu"] } }),
    rule(10, { pathPattern: { values: ["/admin/*"] } }),
    rule(5, { hostHeader: { values: ["API-?.example.edu"] } }),
  ];
  it.each([
    ["api-1.example.edu", "/admin/x", 5],
    ["www.example.edu", "/admin/x?y", 10],
    ["www.example.edu", "/other", 20],
    ["example.org", "/other", undefined],
  ])("takes the rule of lowest number for %s%s", (host, url, priority) => {
    expect(ruleFor(rules, { host, url })?.priority).toBe(priority);
  });

  it("never chooses a group of weight zero, and always one when any has weight", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (each, random) => {
        const chosen = chooseGroup(
          each.map((weight, index) => ({ arn: String(index), weight })),
          random,
        );
        if (each.every((weight) => weight === 0)) expect(chosen).toBeUndefined();
        else expect(each[Number(chosen)]).toBeGreaterThan(0);
      }),
    );
  });
});
