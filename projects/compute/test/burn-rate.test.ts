import { evaluateMath } from "@records/cloudwatch";
import * as fc from "fast-check";
import {
  budgetShare,
  burnExpression,
  BURNS,
  burnsTooFast,
  burnThreshold,
  ERROR_BUDGET,
  FAILURES_MIN,
  MONTH_SECONDS,
  secondsToExhaustion,
  type Window,
} from "../src/alarms/burn-rate.ts";

const speeds = Object.entries(BURNS);
/** Up to a day of the busiest hour there will be. */
const traffic = fc
  .integer({ min: 1, max: 100_000_000 })
  .chain((requests) => fc.record({ requests: fc.constant(requests), failures: fc.integer({ min: 0, max: requests }) }));
const alarmed = ({ failures, requests }: Window, threshold: number): boolean => {
  const [value = 0] = evaluateMath(burnExpression(), { failures: [failures], requests: [requests] });
  return value > threshold;
};

describe("the arithmetic of the error budget", () => {
  it("is 4.38 minutes in a month", () => {
    expect((MONTH_SECONDS / 60) * ERROR_BUDGET).toBeCloseTo(4.383, 3);
  });

  it("says when the budget would be gone: in two days at the fast rate, in five at the slow one", () => {
    expect(secondsToExhaustion(BURNS.fast) / 86_400).toBeCloseTo(2.11, 2);
    expect(secondsToExhaustion(BURNS.slow) / 86_400).toBeCloseTo(5.07, 2);
  });

  it.each([
    ["fast", 0.0197],
    ["slow", 0.0493],
  ] as const)("raises %s when the long window has spent a share of %p", (speed, share) => {
    const { longSeconds } = BURNS[speed];
    expect(budgetShare(burnThreshold(BURNS[speed]), longSeconds)).toBeCloseTo(share, 3);
  });

  it.each(speeds)(
    "at rate %s: whatever would spend the budget sooner than stated fires, and nothing slower does",
    (_, burn) => {
      fc.assert(
        fc.property(traffic, (window) => {
          const ratio = window.failures / window.requests;
          // At this ratio, kept up, the budget lasts so long.
          const lastsSeconds = ratio === 0 ? Infinity : (MONTH_SECONDS * ERROR_BUDGET) / ratio;
          fc.pre(Math.abs(lastsSeconds - secondsToExhaustion(burn)) > 1e-6 * lastsSeconds || ratio === 0);
          const enough = window.failures >= FAILURES_MIN;
          expect(burnsTooFast(window, burn)).toBe(enough && lastsSeconds < secondsToExhaustion(burn));
        }),
      );
    },
  );

  it.each(speeds)("at rate %s: the alarm's expression decides as the function does", (_, burn) => {
    fc.assert(
      fc.property(traffic, (window) => {
        expect(alarmed(window, burnThreshold(burn))).toBe(burnsTooFast(window, burn));
      }),
    );
  });

  it.each(speeds)("at rate %s: just above the threshold fires, just below does not", (_, burn) => {
    const requests = 10_000_000;
    const failures = Math.round(requests * burnThreshold(burn));
    expect(alarmed({ requests, failures: failures + 1 }, burnThreshold(burn))).toBe(true);
    expect(alarmed({ requests, failures: failures - 1 }, burnThreshold(burn))).toBe(false);
  });

  it("leaves a quiet night alone, and not an outage in it", () => {
    const { fast } = BURNS;
    expect(burnsTooFast({ requests: 40, failures: 1 }, fast)).toBe(false);
    expect(burnsTooFast({ requests: 0, failures: 0 }, fast)).toBe(false);
    expect(burnsTooFast({ requests: 40, failures: 40 }, fast)).toBe(true);
  });

  it("hides nothing once there is traffic: where the threshold itself is five failures, the least number decides nothing", () => {
    fc.assert(
      fc.property(traffic, fc.constantFrom(...Object.values(BURNS)), (window, burn) => {
        fc.pre(window.requests * burnThreshold(burn) >= FAILURES_MIN);
        expect(burnsTooFast(window, burn)).toBe(window.failures / window.requests > burnThreshold(burn));
      }),
    );
  });
});
