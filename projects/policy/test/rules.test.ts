import { judgeResource, judgeStack, type Verdict } from "../src/evaluate.ts";
import { resourceRules, rules, stackRules } from "../src/rules.ts";
import { resource, stackResources, urnOf, type Declared, type Place } from "./fixture.ts";
import { RESOURCE_FIXTURES, STACK_FIXTURES } from "./fixtures/index.ts";

/** Without exceptions: a fixture shows what the rule itself says. */
const LEAVE = { exemptions: [], now: new Date("2027-01-01") };
const FIXTURES: Readonly<Record<string, readonly { readonly fails: readonly unknown[] }[]>> = {
  ...RESOURCE_FIXTURES,
  ...STACK_FIXTURES,
};
const messages = ({ violations }: Verdict) => violations.map(({ message }) => message);
const view = (at: Place, declared: readonly Declared[]) => ({
  urn: urnOf(at, "pulumi:pulumi:Stack", "stack"),
  resources: stackResources(at, declared),
});

describe("the policy pack", () => {
  it("has a passing and a failing fixture for every rule, and none without a rule", () => {
    expect(Object.keys(FIXTURES).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
    for (const fixtures of Object.values(FIXTURES)) expect(fixtures.flatMap(({ fails }) => fails)).not.toEqual([]);
  });

  it("holds every rule of the specification, at its level", () => {
    const levels = new Map(rules.map(({ id, level }) => [id, level]));
    const advisory = [35, 36, 37, 38];
    for (const number of Array.from({ length: 38 }, (_, i) => i + 1)) {
      expect([number, levels.get(`POL-${number}`)]).toEqual([
        number,
        advisory.includes(number) ? "advisory" : "mandatory",
      ]);
    }
  });

  it("has a name for every rule that no other has", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it("leaves alone what is not AWS's", async () => {
    for (const rule of resourceRules) {
      const component = resource({ type: "srs:security:Keys", passes: {}, fails: [] });
      expect(messages(await judgeResource(rule, component, LEAVE))).toEqual([]);
    }
  });
});

describe.each(resourceRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  for (const fixture of RESOURCE_FIXTURES[name] ?? []) {
    const { type, at = "prod", passes, fails } = fixture;
    if (passes) {
      it(`passes a ${type} in order (${at})`, async () => {
        const verdict = await judgeResource(rule, resource(fixture), LEAVE);
        expect([messages(verdict), verdict.waiting]).toEqual([[], []]);
      });
    }
    if (fails.length === 0) continue;
    it.each(fails)(`refuses a ${type} with %j, and says what, why and what to do`, async (change, says) => {
      const found = messages(await judgeResource(rule, resource(fixture, change), LEAVE));
      expect(found.join("\n")).toContain(says);
      expect(found[0]).toContain(`(${rule.id}: ${rule.pins})`);
      expect(found[0]).toContain(rule.remedy);
    });
  }
});

describe.each(stackRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
  for (const { at, passes, fails } of STACK_FIXTURES[name] ?? []) {
    it(`passes a stack in order (${at})`, async () => {
      const verdict = await judgeStack(rule, view(at, passes), LEAVE);
      expect([messages(verdict), verdict.waiting]).toEqual([[], []]);
    });

    if (fails.length === 0) continue;
    it.each(fails.map((fail) => [fail.what, fail] as const))("refuses %s", async (_, { change, says }) => {
      const found = messages(await judgeStack(rule, view(at, change(passes)), LEAVE));
      expect(found.join("\n")).toContain(says);
      expect(found[0]).toContain(`(${rule.id}: ${rule.pins})`);
      expect(found[0]).toContain(rule.remedy);
    });
  }
});
