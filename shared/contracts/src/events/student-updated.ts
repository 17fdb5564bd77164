import { Type, type Static } from "typebox";
import { studentEvent } from "./envelope.ts";

const Phone = Type.Object({ type: Type.Enum(["mobile", "home", "work"]), e164: Type.String() });

/** A field of a student or of the person behind it changed. Only the changed fields are inside. */
export const StudentUpdated = studentEvent(
  "edu.records.student.updated.v1",
  Type.Object({
    person: Type.Object({
      personalEmail: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      phones: Type.Optional(Type.Array(Phone)),
    }),
  }),
);
export type StudentUpdated = Static<typeof StudentUpdated>;
