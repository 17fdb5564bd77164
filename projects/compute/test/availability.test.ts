import { readFileSync } from "node:fs";
import {
  BUDGET_MINUTES,
  COMMITMENTS,
  EXPECTED_FAILURES,
  minutesOf,
  PATHS,
  reserveMinutes,
  together,
} from "../src/availability.ts";
import { BURNS, burnThreshold, secondsToExhaustion } from "../src/alarms/burn-rate.ts";

const page = readFileSync("docs/availability.md", "utf8").replaceAll(/\s+/g, " ");

describe("what the providers promise", () => {
  it.each(["cachedRead", "databaseReadOrWrite"] as const)(
    "makes 99.87 %% for a %s, and less for any longer way",
    (path) => {
      expect(together(PATHS[path])).toBeCloseTo(0.9987, 5);
      expect(together([...PATHS[path], "cache"])).toBeLessThan(together(PATHS[path]));
      expect(together(PATHS[path])).toBeLessThan(Math.min(...PATHS[path].map((part) => COMMITMENTS[part])));
    },
  );
});

describe("the failures that are expected", () => {
  it("fit into the month's 4.38 minutes and leave a reserve of more than half", () => {
    expect(BUDGET_MINUTES).toBeCloseTo(4.383, 3);
    expect(reserveMinutes()).toBeCloseTo(2.66, 2);
    expect(reserveMinutes()).toBeGreaterThan(BUDGET_MINUTES / 2);
  });

  it("would not fit with a failover of the database each week", () => {
    const [failover, ...others] = EXPECTED_FAILURES;
    expect(reserveMinutes([{ ...failover!, perMonth: 52 / 12 + 2 }, ...others])).toBeLessThan(0);
  });
});

describe("docs/availability.md", () => {
  it("says what is computed", () => {
    for (const failure of EXPECTED_FAILURES) {
      const row = page
        .slice(page.indexOf(`| ${failure.what}`))
        .split("|")
        .slice(1, 6);
      expect(row[0]?.trim()).toBe(failure.what);
      expect(row[4]?.trim()).toBe(minutesOf(failure).toFixed(2));
    }
    expect(page).toContain(`**${reserveMinutes().toFixed(2)}**`);
    expect(page).toContain(`**${(100 * together(PATHS.cachedRead)).toFixed(2)} %**`);
    for (const burn of Object.values(BURNS)) {
      expect(page).toContain(`${Number((100 * burnThreshold(burn)).toFixed(3))} %`);
      expect(page).toContain(`${(secondsToExhaustion(burn) / 86_400).toFixed(1)} days`);
    }
  });
});
