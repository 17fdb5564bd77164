/** The institution's grade symbols, and which of them a grader may enter under which grading basis. */

export const GRADING_BASES = ["letter", "pass_no_pass", "audit", "satisfactory"] as const;
export type GradingBasis = (typeof GRADING_BASES)[number];

export interface SymbolRule {
  /** Grade points, for symbols that enter the grade point average. */
  readonly points?: number;
  readonly attempted: boolean;
  readonly earned: boolean;
  /** Bases under which a grader may enter it; none for what follows from something else. */
  readonly enteredUnder: readonly GradingBasis[];
}

const letter = (points: number): SymbolRule => ({
  points,
  attempted: true,
  earned: points > 0,
  enteredUnder: ["letter"],
});
const passing = (basis: GradingBasis): SymbolRule => ({ attempted: true, earned: true, enteredUnder: [basis] });
const failing = (basis: GradingBasis): SymbolRule => ({ attempted: true, earned: false, enteredUnder: [basis] });
const NOT_YET: SymbolRule = {
  attempted: false,
  earned: false,
  enteredUnder: ["letter", "pass_no_pass", "satisfactory"],
};

export const GRADE_SYMBOLS = {
  A: letter(4.0),
  "A-": letter(3.7),
  "B+": letter(3.3),
  B: letter(3.0),
  "B-": letter(2.7),
  "C+": letter(2.3),
  C: letter(2.0),
  "C-": letter(1.7),
  "D+": letter(1.3),
  D: letter(1.0),
  "D-": letter(0.7),
  F: letter(0.0),
  P: passing("pass_no_pass"),
  S: passing("satisfactory"),
  NP: failing("pass_no_pass"),
  U: failing("satisfactory"),
  I: NOT_YET,
  IP: NOT_YET,
  AU: { attempted: false, earned: false, enteredUnder: ["audit"] },
  // Follows from the state of the enrollment.
  W: { attempted: true, earned: false, enteredUnder: [] },
  // Follows from credit of another institution.
  TR: { attempted: false, earned: true, enteredUnder: [] },
  // What a removed grade becomes.
  NR: { attempted: false, earned: false, enteredUnder: [] },
} as const satisfies Record<string, SymbolRule>;
export type GradeSymbol = keyof typeof GRADE_SYMBOLS;

export function isGradeSymbol(text: string): text is GradeSymbol {
  return Object.hasOwn(GRADE_SYMBOLS, text);
}

export function symbolsFor(basis: GradingBasis): readonly GradeSymbol[] {
  return (Object.keys(GRADE_SYMBOLS) as GradeSymbol[]).filter((symbol) => ruleOf(symbol).enteredUnder.includes(basis));
}

export function ruleOf(symbol: GradeSymbol): SymbolRule {
  return GRADE_SYMBOLS[symbol];
}
