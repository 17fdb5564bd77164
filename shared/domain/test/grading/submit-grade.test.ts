import fc from "fast-check";
import { GRADE_SYMBOLS, GRADING_BASES, submitGrade, symbolsFor, type GradeSymbol } from "../../src/index.ts";

const basis = fc.constantFrom(...GRADING_BASES);
const symbol = fc.constantFrom(...(Object.keys(GRADE_SYMBOLS) as GradeSymbol[]));
const enrolled = { state: "enrolled", hasGrade: false, termEndsOn: "2026-12-18" } as const;
const plain = { incompleteDueDate: null, lapseSymbol: null };

describe("submitGrade", () => {
  it("accepts a symbol exactly when the enrollment's basis admits it", () => {
    fc.assert(
      fc.property(basis, symbol, (basis, symbol) => {
        fc.pre(symbol !== "I");
        const { outcome } = submitGrade({ ...enrolled, basis }, { ...plain, symbol });
        expect(outcome).toBe(symbolsFor(basis).includes(symbol) ? "submitted" : "faulty");
      }),
    );
  });

  it("never lets a grader enter what follows from elsewhere: W, TR and NR", () => {
    fc.assert(
      fc.property(basis, fc.constantFrom("W", "TR", "NR", "", "a", "constructor", "__proto__"), (basis, symbol) => {
        expect(submitGrade({ ...enrolled, basis }, { ...plain, symbol }).outcome).toBe("faulty");
      }),
    );
  });

  it("leaves an enrollment alone that already has a grade, whatever its state", () => {
    fc.assert(
      fc.property(fc.constantFrom("enrolled", "completed", "withdrawn"), (state) => {
        const graded = { ...enrolled, state, basis: "letter", hasGrade: true } as const;
        expect(submitGrade(graded, { ...plain, symbol: "A" })).toEqual({ outcome: "already-graded" });
      }),
    );
  });

  it.each(["pending", "waitlisted", "denied", "dropped", "withdrawn", "cancelled", "completed"])(
    "refuses an enrollment in state %s and says which state it wants",
    (state) => {
      const decision = submitGrade({ ...enrolled, state, basis: "letter" }, { ...plain, symbol: "A" });
      expect(decision).toEqual({ outcome: "illegal-transition", from: state, allowed: ["enrolled"] });
    },
  );

  it("names wrong values before a wrong state", () => {
    const decision = submitGrade({ ...enrolled, state: "dropped", basis: "audit" }, { ...plain, symbol: "A" });
    expect(decision).toMatchObject({ outcome: "faulty", faults: [{ field: "symbol", code: "not-in-basis" }] });
  });

  describe("an incomplete", () => {
    const day = fc
      .date({ min: new Date("2025-01-01"), max: new Date("2029-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));

    it("needs a lapse day after the term and within a year of its end, and no other day will do", () => {
      fc.assert(
        fc.property(day, (incompleteDueDate) => {
          const offered = { symbol: "I", incompleteDueDate, lapseSymbol: "F" };
          const { outcome } = submitGrade({ ...enrolled, basis: "letter" }, offered);
          const inTime = incompleteDueDate > "2026-12-18" && incompleteDueDate <= "2027-12-18";
          expect(outcome).toBe(inTime ? "submitted" : "faulty");
        }),
      );
    });

    it("lapses into a final symbol of its basis only", () => {
      fc.assert(
        fc.property(basis, symbol, (basis, lapseSymbol) => {
          fc.pre(basis !== "audit");
          const offered = { symbol: "I", incompleteDueDate: "2027-02-01", lapseSymbol };
          const final = symbolsFor(basis).includes(lapseSymbol) && lapseSymbol !== "I" && lapseSymbol !== "IP";
          expect(submitGrade({ ...enrolled, basis }, offered).outcome).toBe(final ? "submitted" : "faulty");
        }),
      );
    });

    it("says that both values are missing, and that they belong to no other symbol", () => {
      const graded = { ...enrolled, basis: "letter" } as const;
      expect(submitGrade(graded, { ...plain, symbol: "I" })).toMatchObject({
        faults: [{ field: "incompleteDueDate" }, { field: "lapseSymbol" }],
      });
      expect(submitGrade(graded, { symbol: "A", incompleteDueDate: "2027-02-01", lapseSymbol: "F" })).toMatchObject({
        faults: [{ code: "only-with-incomplete" }, { code: "only-with-incomplete" }],
      });
    });
  });
});

describe("grade symbols", () => {
  it("count as earned only what they count as attempted, transfer credit apart", () => {
    for (const [symbol, rule] of Object.entries(GRADE_SYMBOLS)) {
      if (rule.earned && symbol !== "TR") expect(rule.attempted).toBe(true);
    }
  });
});
