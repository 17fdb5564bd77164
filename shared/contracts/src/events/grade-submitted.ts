import { Type, type Static } from "typebox";
import { studentEvent } from "./envelope.ts";

/** A final grade was handed in for an enrollment; it is not posted yet. */
export const GradeSubmitted = studentEvent(
  "edu.records.grade.submitted.v1",
  Type.Object({
    enrollmentId: Type.String(),
    sectionId: Type.String(),
    termId: Type.String(),
    symbol: Type.String(),
    basis: Type.String(),
    state: Type.Literal("submitted"),
    incompleteDueDate: Type.Union([Type.String(), Type.Null()]),
    lapseSymbol: Type.Union([Type.String(), Type.Null()]),
  }),
);
export type GradeSubmitted = Static<typeof GradeSubmitted>;
