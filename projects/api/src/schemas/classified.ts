/** Each field says what the law makes of it: directory, personally identifiable, restricted, or not about a student. */
import type { TSchema } from "typebox";

export type Classification = "D" | "P" | "R" | "N";

/** A copy with the mark. TypeBox keeps its own marks in hidden properties, which a spread would lose. */
function mark<T extends TSchema>(schema: T, classification: Classification): T {
  return Object.defineProperties({} as T, {
    ...Object.getOwnPropertyDescriptors(schema),
    "x-classification": { value: classification, enumerable: true },
  });
}

export const directory = <T extends TSchema>(schema: T): T => mark(schema, "D");
export const pii = <T extends TSchema>(schema: T): T => mark(schema, "P");
export const notAboutAStudent = <T extends TSchema>(schema: T): T => mark(schema, "N");
