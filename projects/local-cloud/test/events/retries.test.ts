import fc from "fast-check";
import { DeliveryFailure, failureOf } from "../../src/services/events/delivery-failure.ts";
import { afterFailure } from "../../src/services/events/retries.ts";

const throttled = new DeliveryFailure("THROTTLING", "slow down");
const jitter = fc.double({ min: 0, max: 1, noNaN: true });

describe("after a target refused an event, EventBridge", () => {
  it("tries again only what may pass by itself", () => {
    const missing = new DeliveryFailure("NO_RESOURCE", "gone");
    expect(afterFailure(missing, { retries: 0, ageMs: 0 }, {}, 0)).toEqual({ exhausted: undefined });
    expect(afterFailure(throttled, { retries: 0, ageMs: 0 }, {}, 0)).toHaveProperty("pauseMs");
  });

  it("ends after as many tries as the rule allows, and not one sooner", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 185 }),
        fc.nat({ max: 200 }),
        jitter,
        (retryAttemptsMax, retries, share) => {
          const next = afterFailure(throttled, { retries, ageMs: 0 }, { retryAttemptsMax }, share);
          if (retries < retryAttemptsMax) expect(next).toHaveProperty("pauseMs");
          else expect(next).toEqual({ exhausted: "MaximumRetryAttempts" });
        },
      ),
    );
  });

  it("never tries an event that is older than the rule allows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 86_400 }),
        fc.nat({ max: 100_000_000 }),
        jitter,
        (seconds, ageMs, share) => {
          const next = afterFailure(throttled, { retries: 3, ageMs }, { eventAgeSecondsMax: seconds }, share);
          if ("pauseMs" in next) expect(ageMs + next.pauseMs).toBeLessThanOrEqual(seconds * 1_000);
          else expect(next).toEqual({ exhausted: "MaximumEventAgeInSeconds" });
        },
      ),
    );
  });

  it("waits longer each time, a minute at most", () => {
    const pauses = Array.from({ length: 20 }, (_, retries) =>
      afterFailure(throttled, { retries, ageMs: 0 }, {}, 1),
    ).map((next) => ("pauseMs" in next ? next.pauseMs : NaN));
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(60_000);
  });

  it.each([
    [{ name: "Throttling", $metadata: { httpStatusCode: 400 } }, "THROTTLING", true],
    [{ name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } }, "INTERNAL_ERROR", true],
    [{ name: "Error", code: "ECONNREFUSED" }, "CONNECTION_FAILURE", true],
    [{ name: "InvalidParameterException", $metadata: { httpStatusCode: 400 } }, "SDK_CLIENT_ERROR", false],
  ])("knows which failures pass: %j", (thrown, code, retried) => {
    expect(failureOf(Object.assign(new Error("it failed"), thrown))).toMatchObject({ code, retried });
  });
});
