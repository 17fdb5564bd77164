import { parseEnrollmentWindow } from "../src/enrollment-window.ts";

const tasks = { min: 6, desired: 6, max: 60 };
const window = { opens: "cron(0 6 1 4,11 ? *)", closes: "at(2027-04-21T23:00:00)", minTasks: 20 };

describe("enrolment window", () => {
  it("is taken as it is written when scaling can follow it", () => {
    expect(parseEnrollmentWindow(window, tasks)).toEqual(window);
  });

  it.each([
    [undefined, "enrollmentWindow.opens is undefined"],
    [{ ...window, opens: "in April" }, "enrollmentWindow.opens"],
    [{ ...window, closes: "cron(0 6 1 4 ?)" }, "enrollmentWindow.closes"],
    [{ ...window, closes: window.opens }, "would never be open"],
    [{ ...window, minTasks: 6 }, "more than the usual 6"],
    [{ ...window, minTasks: 61 }, "at most 60"],
    [{ ...window, minTasks: 7.5 }, "minTasks is 7.5"],
    [{ ...window, maxTasks: 50 }, 'unknown setting "maxTasks"'],
  ])("is refused as %j", (value, reason) => {
    expect(() => parseEnrollmentWindow(value, tasks)).toThrow(reason);
  });
});
