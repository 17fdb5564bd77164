import {
  allowancesForEverybody,
  inventories,
  oversizedPolicies,
  policyGrammarFaults,
  rolesWithoutBoundary,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
} from "@records/testing";
import { recordStacks, STACKS, type RecordedStacks } from "./recorded.ts";

let stacks: RecordedStacks;
beforeAll(async () => {
  stacks = await recordStacks(STACKS);
}, 120_000);

describe("security stack", () => {
  it("publishes what its inventory says, and nothing secret", () => {
    const { now, pinned } = inventories("projects/security", stacks.local);
    expect(now).toEqual(pinned);
    for (const stack of STACKS) expect(stacks[stack].contractIsSecret).toBe(false);
  });

  it.each(STACKS)(
    "of %s tags everything, names everything for its environment, and allows nobody everything",
    (name) => {
      const stack = stacks[name];
      expect(stack.resources.length).toBeGreaterThan(60);
      expect(wronglyTagged(stack)).toEqual([]);
      expect(unsuffixedNames(stack, name)).toEqual([]);
      expect(wildcardAllowances(stack)).toEqual([]);
      expect(allowancesForEverybody(stack)).toEqual([]);
      expect(rolesWithoutBoundary(stack)).toEqual([]);
      expect(oversizedPolicies(stack)).toEqual([]);
    },
  );

  it.each(STACKS)("of %s names only actions, condition keys and resources that AWS knows", (name) => {
    expect(policyGrammarFaults(stacks[name])).toEqual([]);
  });

  it("publishes no trail where another stack of the account has it", () => {
    expect(stacks.prod.contract).toHaveProperty("trail.arn");
    expect(stacks.pr123.contract).not.toHaveProperty("trail");
  });
});
