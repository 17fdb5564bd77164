import { violations } from "../src/rule.ts";
import { rules } from "../src/rules.ts";
import { FIXTURES } from "./fixtures.ts";

const resource = (type: string, props: Record<string, unknown>) => ({
  type,
  name: "subject",
  urn: `urn:pulumi:local::srs-test::${type}::subject`,
  props,
});

describe("the policy pack", () => {
  it("has a passing and a failing fixture for every rule, and none without a rule", () => {
    expect(Object.keys(FIXTURES).toSorted()).toEqual(rules.map((rule) => rule.name).toSorted());
    for (const fixtures of Object.values(FIXTURES)) expect(fixtures.flatMap((f) => f.fails).length).toBeGreaterThan(0);
  });

  it("ignores resources that are not AWS's", () => {
    for (const rule of rules) expect(violations(rule, resource("pulumi:pulumi:Stack", {}))).toEqual([]);
  });
});

describe.each(rules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  for (const { type, passes, fails } of FIXTURES[name] ?? []) {
    it(`passes a ${type} in order`, () => {
      expect(violations(rule, resource(type, passes))).toEqual([]);
    });

    if (fails.length === 0) continue;
    it.each(fails)(`refuses a ${type} with %j, and says what, why and what to do`, (change, says) => {
      const messages = violations(rule, resource(type, { ...passes, ...change }));
      expect(messages.join("\n")).toContain(says);
      expect(messages[0]).toContain(rule.pins);
      expect(messages[0]).toContain(rule.remedy);
    });
  }
});
