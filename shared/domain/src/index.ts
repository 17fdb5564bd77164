export { GRADE_SYMBOLS, GRADING_BASES, isGradeSymbol, ruleOf, symbolsFor } from "./grading/symbols.ts";
export type { GradeSymbol, GradingBasis, SymbolRule } from "./grading/symbols.ts";
export { submitGrade } from "./grading/submit-grade.ts";
export type { GradableEnrollment, GradeDecision, GradeFault, OfferedGrade } from "./grading/submit-grade.ts";
