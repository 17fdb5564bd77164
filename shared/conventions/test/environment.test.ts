import fc from "fast-check";
import { deployerSuffixOf, environmentOf, environmentSuffixOf, sizingFor } from "../src/index.ts";

describe("environmentOf", () => {
  it.each([
    ["local", "local"],
    ["local-ci", "local"],
    ["dev", "dev"],
    ["pr128", "dev"],
    ["staging", "staging"],
    ["prod", "prod"],
  ])("places %s in %s", (stack, environment) => {
    expect(environmentOf(stack)).toBe(environment);
  });

  it.each(["", "production", "pr", "pr12a", "localhost", "local_", "PROD"])(
    "refuses the stack %p and says what it may be called",
    (stack) => {
      expect(() => environmentOf(stack)).toThrow("local, local-<word>, dev, pr<number>, staging or prod");
    },
  );

  it("gives pull requests the sizes of dev, without what would outlive them", () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        const { protect, retainOnDelete, deletionProtection, disposable, objectLock, canarySchedule, ...sizes } =
          sizingFor(`pr${number}`);
        expect(sizingFor("dev")).toMatchObject(sizes);
        expect({ protect, retainOnDelete, deletionProtection, disposable, objectLock, canarySchedule }).toEqual({
          protect: false,
          retainOnDelete: false,
          deletionProtection: false,
          disposable: true,
          objectLock: null,
          canarySchedule: null,
        });
      }),
    );
  });
});

describe("environmentSuffixOf", () => {
  it("takes the stack's letters and digits, unless another one is configured", () => {
    expect(environmentSuffixOf("local-ci")).toBe("localci");
    expect(environmentSuffixOf("local-ci", "ci")).toBe("ci");
  });

  it("refuses what no physical name could hold, and names the config key", () => {
    expect(() => environmentSuffixOf("local-a-very-long-word")).toThrow("environmentSuffix");
    expect(() => environmentSuffixOf("dev", "1dev")).toThrow("environmentSuffix");
  });
});

describe("deployerSuffixOf", () => {
  it("gives a pull request's stack dev's CI identities, and every other stack its own", () => {
    expect(deployerSuffixOf("pr128", "pr128")).toBe("dev");
    for (const stack of ["local", "local-ci", "dev", "staging", "prod"]) {
      const suffix = environmentSuffixOf(stack);
      expect(deployerSuffixOf(stack, suffix)).toBe(suffix);
    }
  });
});
