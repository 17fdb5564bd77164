import { Type, type Static } from "typebox";
import { GRADE_SYMBOLS, GRADING_BASES } from "@records/domain";
import { notAboutAStudent, pii } from "./classified.ts";
import { CalendarDate, Instant, Nullable, Uuid, Version } from "./formats.ts";

const GradeSymbol = Type.Enum(Object.keys(GRADE_SYMBOLS));

export const FinalGrade = Type.Object({
  id: pii(Uuid),
  version: notAboutAStudent(Version),
  status: notAboutAStudent(Type.Enum(["active", "tobedeleted"])),
  createdAt: notAboutAStudent(Instant),
  updatedAt: notAboutAStudent(Instant),
  enrollmentId: pii(Uuid),
  studentId: pii(Uuid),
  sectionId: pii(Uuid),
  termId: pii(Uuid),
  symbol: pii(GradeSymbol),
  basis: pii(Type.Enum([...GRADING_BASES])),
  state: pii(Type.Enum(["draft", "submitted", "posted"])),
  submittedBy: pii(Nullable(Type.String())),
  submittedAt: pii(Nullable(Instant)),
  postedAt: pii(Nullable(Instant)),
  incompleteDueDate: pii(Nullable(CalendarDate)),
  lapseSymbol: pii(Nullable(GradeSymbol)),
  repeatExcluded: pii(Type.Boolean()),
  supersededBy: pii(Nullable(Uuid)),
});
export type FinalGrade = Static<typeof FinalGrade>;

/** A first grade, handed in at once. Which symbols the enrollment's basis admits is a rule of the domain. */
export const GradeSubmission = Type.Object(
  {
    symbol: pii(Type.String({ minLength: 1, maxLength: 3 })),
    incompleteDueDate: Type.Optional(pii(CalendarDate)),
    lapseSymbol: Type.Optional(pii(Type.String({ minLength: 1, maxLength: 3 }))),
  },
  { additionalProperties: false },
);
export type GradeSubmission = Static<typeof GradeSubmission>;
