import fc from "fast-check";
import { exceptions } from "../exceptions.ts";
import { singleRegionKeys } from "../src/checks/keys.ts";
import { judgeResource } from "../src/evaluate.ts";
import { exempts } from "../src/exemption.ts";
import { matchesGlob, overlap } from "../src/glob.ts";
import { rules } from "../src/rules.ts";
import { resource } from "./fixture.ts";

const studentFields = resource({
  type: "aws:kms/key:Key",
  name: "student-fields",
  passes: { multiRegion: true },
  fails: [],
});
const on = (day: string) => ({ exemptions: exceptions, now: new Date(`${day}T12:00:00Z`) });

describe("an exception", () => {
  it("lets the named violation pass until the day of its review, and says so", async () => {
    const { violations, excepted } = await judgeResource(singleRegionKeys, studentFields, on("2027-10-31"));
    expect(violations).toEqual([]);
    expect(excepted.map(({ exemption }) => exemption.id)).toEqual(["EXC-7"]);
  });

  it("no longer covers it from that day on: the rule fails and names the exception, its owner and the file", async () => {
    const { violations, excepted } = await judgeResource(singleRegionKeys, studentFields, on("2027-11-01"));
    expect(excepted).toEqual([]);
    expect(violations[0]?.message).toContain("EXC-7 expired on 2027-11-01");
    expect(violations[0]?.message).toContain("team-security");
    expect(violations[0]?.message).toContain("projects/policy/exceptions.ts");
  });

  it("covers no other resource and no other rule", async () => {
    const database = { ...studentFields, urn: studentFields.urn.replace("student-fields", "database") };
    expect((await judgeResource(singleRegionKeys, database, on("2027-01-01"))).violations).toHaveLength(1);
    const [exemption] = exceptions.filter(({ id }) => id === "EXC-7");
    expect(exemption && exempts(exemption, "kms-key-policy", studentFields.urn)).toBe(false);
    expect(exemption && exempts(exemption, singleRegionKeys.name, undefined)).toBe(false);
  });

  it.each(exceptions.map((each) => [`${each.id} ${each.urn}`, each] as const))(
    "%s is about a rule that exists, has an owner, a reason and a day",
    (_, each) => {
      expect(rules.map(({ name }) => name)).toContain(each.rule);
      expect(each.urn).toMatch(/^urn:pulumi:\*::srs-(security|network|data|compute)::\*.+::.+[^*]$/);
      expect(each.owner).toMatch(/^team-(security|network|data|platform)$/);
      expect(each.reason.length).toBeGreaterThan(20);
      expect(new Date(each.reviewBy).toISOString().slice(0, 10)).toBe(each.reviewBy);
    },
  );
});

describe("patterns", () => {
  const text = fc.stringMatching(/^[ab.]{0,6}$/);
  const pattern = fc.stringMatching(/^[ab.*?]{0,6}$/);

  it("match the text they are made from, and nothing longer without a star", () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(matchesGlob(each, each)).toBe(true);
        expect(matchesGlob(each, `${each}a`)).toBe(false);
        expect(matchesGlob(`${each}*`, `${each}anything`)).toBe(true);
      }),
    );
  });

  it("overlap when a text matches both, whichever comes first", () => {
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, each) => {
        if (matchesGlob(one, each) && matchesGlob(other, each)) expect(overlap(one, other)).toBe(true);
        expect(overlap(one, other)).toBe(overlap(other, one));
      }),
    );
    expect(overlap("role/srs-*-apply", "role/srs-prod-*")).toBe(true);
    expect(overlap("role/srs-key-admin", "role/srs-prod-*")).toBe(false);
  });
});
