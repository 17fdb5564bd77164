import { readAlarmRule } from "../src/index.ts";

describe("the rule of a composite alarm", () => {
  it("holds when both of two alarms are raised, and not with one of them", () => {
    const rule = readAlarmRule('ALARM("fast-1h") AND ALARM("fast-5m")');
    expect(rule.fault).toBeUndefined();
    expect(rule.alarms).toEqual(["fast-1h", "fast-5m"]);
    expect(rule.holds(new Set(["fast-1h", "fast-5m"]))).toBe(true);
    expect(rule.holds(new Set(["fast-1h"]))).toBe(false);
  });

  it("reads OR, NOT, states and parentheses", () => {
    const rule = readAlarmRule("(ALARM(a) OR ALARM(b)) AND NOT OK('c')");
    expect(rule.holds(new Set(["b", "c"]))).toBe(true);
    expect(rule.holds(new Set(["b"]))).toBe(false);
  });

  it.each([
    ["", "the rule is empty"],
    ["ALARM(a) AND", 'an alarm\'s state is expected, such as ALARM("name"), not the end'],
    ["(ALARM(a)", "a parenthesis is not closed"],
    ["ALARM(a) ALARM(b)", "something follows the rule's end"],
    ["RAISED(a)", '"RAISED(a)" cannot be read'],
    [Array.from({ length: 101 }, (_, at) => `ALARM(a${at})`).join(" OR "), "the rule names 101 alarms"],
  ])("refuses %p", (text, fault) => {
    expect(readAlarmRule(text).fault).toContain(fault);
  });
});
