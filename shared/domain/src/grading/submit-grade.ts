/** May this grade be handed in for this enrollment? The first one only: a posted grade changes by another way. */
import { isGradeSymbol, symbolsFor, type GradeSymbol, type GradingBasis } from "./symbols.ts";

export interface GradableEnrollment {
  readonly state: string;
  readonly basis: GradingBasis;
  /** Whether a grade that nothing has superseded exists. */
  readonly hasGrade: boolean;
  /** Last day of the term, `YYYY-MM-DD`. */
  readonly termEndsOn: string;
}

export interface OfferedGrade {
  readonly symbol: string;
  /** For `I` alone: the day it lapses, `YYYY-MM-DD`, and into which symbol. */
  readonly incompleteDueDate: string | null;
  readonly lapseSymbol: string | null;
}

/** A rule the offered values break. `field` names the value, which is never repeated. */
export interface GradeFault {
  readonly field: keyof OfferedGrade;
  readonly code:
    | "not-in-basis"
    | "required-with-incomplete"
    | "only-with-incomplete"
    | "too-late"
    | "before-term-end"
    | "not-a-lapse";
  readonly message: string;
}

export type GradeDecision =
  | { readonly outcome: "submitted"; readonly symbol: GradeSymbol; readonly lapseSymbol: GradeSymbol | null }
  | { readonly outcome: "faulty"; readonly faults: readonly GradeFault[] }
  | { readonly outcome: "illegal-transition"; readonly from: string; readonly allowed: readonly string[] }
  | { readonly outcome: "already-graded" };

/** States in which a grade can be handed in: who dropped or withdrew has none, who waits has not begun. */
const GRADABLE_STATES = ["enrolled"] as const;

/** Values are judged before the state, so that a caller who sends nonsense learns of that first (422 before 409). */
export function submitGrade(enrollment: GradableEnrollment, offered: OfferedGrade): GradeDecision {
  const faults = faultsOf(enrollment, offered);
  if (faults.length > 0) return { outcome: "faulty", faults };
  // Before the state: a graded enrollment is `completed` later, and "it has a grade" is the clearer answer.
  if (enrollment.hasGrade) return { outcome: "already-graded" };
  if (!GRADABLE_STATES.some((state) => state === enrollment.state)) {
    return { outcome: "illegal-transition", from: enrollment.state, allowed: GRADABLE_STATES };
  }
  return {
    outcome: "submitted",
    symbol: offered.symbol as GradeSymbol,
    lapseSymbol: offered.lapseSymbol as GradeSymbol | null,
  };
}

function faultsOf({ basis, termEndsOn }: GradableEnrollment, offered: OfferedGrade): GradeFault[] {
  const admitted = symbolsFor(basis);
  const admits = (symbol: string) => isGradeSymbol(symbol) && admitted.includes(symbol);
  const faults: GradeFault[] = [];
  if (!admits(offered.symbol)) {
    faults.push({ field: "symbol", code: "not-in-basis", message: `Basis ${basis} admits ${admitted.join(", ")}.` });
  }
  const { incompleteDueDate: dueOn, lapseSymbol } = offered;
  if (offered.symbol !== "I") {
    const message = "Leave it out: it belongs to an incomplete (I) alone.";
    if (dueOn !== null) faults.push({ field: "incompleteDueDate", code: "only-with-incomplete", message });
    if (lapseSymbol !== null) faults.push({ field: "lapseSymbol", code: "only-with-incomplete", message });
    return faults;
  }
  if (dueOn === null) {
    const message = "An incomplete needs the day on which it lapses.";
    faults.push({ field: "incompleteDueDate", code: "required-with-incomplete", message });
  } else if (dueOn <= termEndsOn) {
    const message = "The day must lie after the end of the term.";
    faults.push({ field: "incompleteDueDate", code: "before-term-end", message });
  } else if (dueOn > aYearAfter(termEndsOn)) {
    const message = "The day must lie within a year of the end of the term.";
    faults.push({ field: "incompleteDueDate", code: "too-late", message });
  }
  if (lapseSymbol === null) {
    const message = "An incomplete needs the symbol it lapses into.";
    faults.push({ field: "lapseSymbol", code: "required-with-incomplete", message });
  } else if (!admits(lapseSymbol) || lapseSymbol === "I" || lapseSymbol === "IP") {
    const message = `It must be a final symbol of basis ${basis}.`;
    faults.push({ field: "lapseSymbol", code: "not-a-lapse", message });
  }
  return faults;
}

/** Same day of the next year. ISO dates compare as text; 29 February becomes a day that sorts just before 1 March. */
function aYearAfter(date: string): string {
  return `${String(Number(date.slice(0, 4)) + 1).padStart(4, "0")}${date.slice(4)}`;
}
