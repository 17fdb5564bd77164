import fc from "fast-check";
import {
  loginInUse,
  OVERLAP_DAYS,
  overlapEnds,
  retiredSecret,
  versionState,
  type ClientSecretAge,
} from "../../src/rotation/decisions.ts";

const DAY_MS = 86_400_000;
const moment = fc.date({ min: new Date("2026-01-01"), max: new Date("2036-01-01"), noInvalidDate: true });
const rotated = moment.map((createdAt) => ({ createdAt }));

describe("the login in use", () => {
  it("has the newer password, so that a rotation of the other one never takes it away", () => {
    fc.assert(
      fc.property(rotated, rotated, (a, b) => {
        const used = loginInUse(a, b) === "a" ? a : b;
        const idle = used === a ? b : a;
        expect(used.createdAt.getTime()).toBeGreaterThanOrEqual(idle.createdAt.getTime());
      }),
    );
  });

  it("changes with every rotation of the idle one: the two take turns", () => {
    fc.assert(
      fc.property(rotated, rotated, fc.integer({ min: 1, max: 40 * DAY_MS }), (a, b, laterMs) => {
        const before = loginInUse(a, b);
        const now = { createdAt: new Date(Math.max(a.createdAt.getTime(), b.createdAt.getTime()) + laterMs) };
        const after = before === "a" ? loginInUse(a, now) : loginInUse(now, b);
        expect(after).not.toBe(before);
      }),
    );
  });

  it("is the first when both passwords are as old, as the applications choose", () => {
    fc.assert(fc.property(rotated, (both) => expect(loginInUse(both, { ...both })).toBe("a")));
  });
});

describe("the version a step is called for", () => {
  const label = fc.constantFrom("AWSCURRENT", "AWSPENDING", "AWSPREVIOUS");
  const versions = fc.dictionary(fc.uuid(), fc.uniqueArray(label, { maxLength: 3 }), { maxKeys: 4 });

  it("is done once it is current, is worked on while it is pending, and is refused otherwise", () => {
    fc.assert(
      fc.property(versions, fc.uuid(), fc.uniqueArray(label), (others, versionId, labels) => {
        const state = () => versionState({ ...others, [versionId]: labels }, versionId, "arn:secret");
        if (labels.includes("AWSCURRENT")) expect(state()).toBe("done");
        else if (labels.includes("AWSPENDING")) expect(state()).toBe("pending");
        else expect(state).toThrow("is not being rotated");
      }),
    );
  });

  it("is refused when the secret does not know it", () => {
    expect(() => versionState({}, "unknown", "arn:secret")).toThrow("no label");
  });
});

describe("the client secret to retire", () => {
  const held = fc
    .uniqueArray(moment, { minLength: 1, maxLength: 2, selector: (at) => at.getTime() })
    .map((times) => times.map((createdAt, index): ClientSecretAge => ({ id: `secret-${index}`, createdAt })));

  it("is never the only one, and never the newer one", () => {
    fc.assert(
      fc.property(held, moment, (secrets, now) => {
        const retired = retiredSecret(secrets, now);
        if (retired === undefined) return;
        expect(secrets).toHaveLength(2);
        expect(secrets.filter(({ createdAt }) => createdAt > retired.createdAt)).toHaveLength(1);
      }),
    );
  });

  it("has its whole overlap, and not a moment more", () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 400 * DAY_MS }), (older, apartMs) => {
        const newer = new Date(older.getTime() + apartMs);
        const secrets = [
          { id: "newer", createdAt: newer },
          { id: "older", createdAt: older },
        ];
        const ends = overlapEnds(secrets);
        expect(ends.getTime() - newer.getTime()).toBe(OVERLAP_DAYS * DAY_MS);
        expect(retiredSecret(secrets, new Date(ends.getTime() - 1))).toBeUndefined();
        expect(retiredSecret(secrets, ends)?.id).toBe("older");
      }),
    );
  });
});
