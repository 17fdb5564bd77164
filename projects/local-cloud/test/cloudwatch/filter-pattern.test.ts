import fc from "fast-check";
import { patternFault } from "../../src/services/cloudwatch/filter-pattern.ts";

describe("a filter pattern", () => {
  it.each([
    "",
    "ERROR -retry",
    "[ip, user, ..., status = 4*]",
    '{ $.errorCode = "*UnauthorizedOperation" }',
    '{($.userIdentity.type="Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent")}',
    "{ ($.a = 1 || $.a >= 2.5) && $.b IS TRUE && $.c[0].d IS NULL }",
    "{ $.sourceIPAddress != 123.123.* }",
    "{ $.message = %timed? out% }",
  ])("passes as %s", (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  it.each([
    ["a brace that stays open", "{ $.a = 1", "brace"],
    ["a bracket that stays open", "[ip, user", "bracket"],
    ["a quotation mark that stays open", 'ERROR "timed out', "quotation mark"],
    ["no condition", "{ }", "no selector"],
    ["a field without $", "{ eventName = x }", '"eventName" is no selector'],
    ["no value", "{ $.a = }", "needs a value"],
    ["no comparison", "{ $.a }", "comes a comparison"],
    ["two equal signs", "{ $.a == 1 }", "needs a value"],
    ["half of an and", "{ $.a = 1 && }", "no selector"],
    ["two conditions side by side", "{ $.a = 1 $.b = 2 }", "not expected here"],
    ["a parenthesis that stays open", "{ ($.a = 1 }", "parenthesis"],
    ["text that is greater", '{ $.a > "b" }', "compares numbers"],
    ["one ampersand", "{ $.a = 1 & $.b = 2 }", "cannot be read"],
  ])("is refused with %s", (_, pattern, reason) => {
    expect(patternFault(pattern)).toContain(reason);
  });

  it("passes however conditions are nested and joined", () => {
    const condition = fc.constantFrom("$.a = 1", '$.b.c != "x y"', "$.d NOT EXISTS", "$.e IS FALSE");
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        condition,
        tie("expression").map((inner) => `(${inner})`),
        fc.tuple(tie("expression"), fc.constantFrom("&&", "||"), tie("expression")).map((parts) => parts.join(" ")),
      ),
    }));
    fc.assert(fc.property(expression, (body) => expect(patternFault(`{ ${body} }`)).toBeUndefined()));
  });
});
