import { Type, type Static, type TSchema } from "typebox";

export const STUDENT_SORTS = [
  "studentNumber",
  "-studentNumber",
  "lastName",
  "-lastName",
  "updatedAt",
  "-updatedAt",
] as const;
export type StudentSort = (typeof STUDENT_SORTS)[number];

/** Parameters of the students collection. A cursor belongs to the sort it was made for. */
export const StudentsQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    sort: Type.Enum([...STUDENT_SORTS], { default: "studentNumber" }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
  },
  { additionalProperties: false },
);
export type StudentsQuery = Static<typeof StudentsQuery>;

export const Page = <T extends TSchema>(item: T) =>
  Type.Object({
    data: Type.Array(item),
    page: Type.Object({ limit: Type.Integer(), next: Type.Union([Type.String(), Type.Null()]) }),
  });
