import * as fc from "fast-check";
import { evaluateMath, idsOf, mathFault, parseMath } from "../src/index.ts";

describe("metric math", () => {
  it("binds as arithmetic does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 50 }), (a, b) => {
        const data = { a: [a], b: [b] };
        expect(evaluateMath("a + b * 2 - a / b", data)).toEqual([a + b * 2 - a / b]);
        expect(evaluateMath("-(a - b) ^ 2", data)[0]).toBeCloseTo((-(a - b)) ** 2);
        expect(evaluateMath("a > b OR a == b AND b < 0", data)).toEqual([Number(a > b || (a === b && b < 0))]);
      }),
    );
  });

  it("counts a missing point as nothing, and leaves none where it would divide by nothing", () => {
    const data = { errors: [1, undefined, 3, undefined], requests: [10, 20, undefined, undefined] };
    expect(evaluateMath("errors / requests", data)).toEqual([0.1, 0, undefined, undefined]);
    expect(evaluateMath("FILL(errors, 0) + 1", data)).toEqual([2, 1, 4, 1]);
    expect(evaluateMath("IF(errors >= 2, errors, 0)", data)).toEqual([0, undefined, 3, undefined]);
  });

  it("takes the largest of several series at each point", () => {
    expect(evaluateMath("MAX([a, b])", { a: [1, 5, undefined], b: [3, 2, undefined] })).toEqual([3, 5, undefined]);
    expect(evaluateMath("SUM(METRICS()) / 2", { a: [1], b: [3] })).toEqual([2]);
  });

  it.each([
    ["a / b", ["a", "b"], undefined],
    ["a / c", ["a", "b"], 'nothing has the id "c"'],
    ["Max(a)", ["a"], "there is no function Max"],
    ["MAX(a, b)", ["a", "b"], "MAX takes 1 arguments, not 2"],
    ["(a + b", ["a", "b"], '"," is expected, not "the end"'],
    ["a b", ["a", "b"], '"end" is expected, not "b"'],
    ["Errors / a", ["a"], '"Errors" is no function and no id: ids begin with a small letter'],
    ['SELECT SUM(Risk) FROM SCHEMA("AWS/Cognito", UserPoolId)', [], undefined],
    ["SELECT Risk FROM here", [], "the query is not SELECT ... FROM ... [WHERE] [GROUP BY] [ORDER BY] [LIMIT]"],
  ])("says of %s with %p: %s", (text, ids, fault) => {
    expect(mathFault(text, ids)).toBe(fault);
  });

  it("tells which ids an expression uses", () => {
    expect(idsOf("IF(m1 > 2, m2 / m1, 0)")).toEqual(["m1", "m2"]);
  });

  it("never fails but with what it cannot read", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        try {
          parseMath(text);
        } catch (error) {
          expect((error as Error).name).toBe("MathFault");
        }
      }),
    );
  });
});
