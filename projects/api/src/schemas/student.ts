/** A student with the person behind it, as a campus system sees it, and what such a system may change. */
import { createHash } from "node:crypto";
import { Type, type Static, type TObject, type TSchema } from "typebox";
import { directory, notAboutAStudent, pii } from "./classified.ts";
import { CalendarDate, E164, Email, Instant, Nullable, Uuid, Version } from "./formats.ts";

const PersonName = Type.Object({
  family: Type.String({ maxLength: 80 }),
  given: Type.String({ maxLength: 80 }),
  middle: Type.Optional(Type.String({ maxLength: 80 })),
  suffix: Type.Optional(Type.String({ maxLength: 80 })),
});
const Phone = Type.Object({ type: Type.Enum(["mobile", "home", "work"]), e164: E164 }, { additionalProperties: false });
const Phones = Type.Array(Phone, { maxItems: 5 });

export const Student = Type.Object({
  id: pii(Uuid),
  version: notAboutAStudent(Version),
  status: notAboutAStudent(Type.Enum(["active", "tobedeleted"])),
  createdAt: notAboutAStudent(Instant),
  updatedAt: notAboutAStudent(Instant),
  studentNumber: pii(Type.String({ pattern: "^9[0-9]{8}$" })),
  career: pii(Type.Enum(["undergraduate", "graduate", "professional", "non_degree"])),
  lifecycle: pii(Type.Enum(["admitted", "active", "leave", "withdrawn", "graduated", "dismissed", "deceased"])),
  enrollmentLoad: directory(Type.Enum(["full_time", "half_time", "less_than_half", "none"])),
  classLevel: directory(
    Type.Enum(["first_year", "sophomore", "junior", "senior", "masters", "doctoral", "professional", "non_degree"]),
  ),
  cohortCode: pii(Nullable(Type.String())),
  residency: pii(Type.Enum(["resident", "nonresident", "international", "undetermined"])),
  homeCampusId: pii(Uuid),
  campusIds: pii(Type.Array(Uuid)),
  externalIds: pii(Type.Array(Type.Object({ system: Type.String(), id: Type.String() }))),
  person: Type.Object({
    id: pii(Uuid),
    legalName: directory(PersonName),
    preferredName: directory(Nullable(PersonName)),
    pronouns: pii(Nullable(Type.String({ maxLength: 40 }))),
    netId: pii(Type.String({ pattern: "^[a-z][a-z0-9]{2,15}$" })),
    institutionalEmail: directory(Email),
    personalEmail: pii(Nullable(Email)),
    phones: pii(Phones),
    birthDate: pii(Nullable(CalendarDate)),
  }),
});
export type Student = Static<typeof Student>;

/** What a campus system may change: how to reach the person. Names, numbers and academic facts have other owners. */
export const StudentPatch = Type.Object(
  {
    person: Type.Optional(
      Type.Object(
        { personalEmail: Type.Optional(pii(Nullable(Email))), phones: Type.Optional(pii(Phones)) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type StudentPatch = Static<typeof StudentPatch>;

/** Pointers of fields that the body names, that the caller may see, and that it may not change. */
export function notWritable(
  body: unknown,
  readable: TObject = Student,
  writable: TObject = StudentPatch,
  at = "",
): string[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    const seen = Object.hasOwn(readable.properties, name) ? readable.properties[name] : undefined;
    const open = Object.hasOwn(writable.properties, name) ? writable.properties[name] : undefined;
    const pointer = `${at}/${name}`;
    if (seen === undefined) return [];
    if (open === undefined) return [pointer];
    return Type.IsObject(seen) && Type.IsObject(open) ? notWritable(value, seen, open, pointer) : [];
  });
}

/** Every field path of a schema, in order: `id`, `person.legalName` ... */
export function fieldPaths(schema: TObject, at = ""): string[] {
  return Object.entries(schema.properties as Record<string, TSchema>).flatMap(([name, property]) =>
    Type.IsObject(property) && !("x-classification" in property)
      ? fieldPaths(property, `${at}${name}.`)
      : [`${at}${name}`],
  );
}

/** Fields of the one view there is so far: what a campus system sees. */
export const STUDENT_FIELDS: readonly string[] = fieldPaths(Student);

/** Name of that view in cache keys and ETags. It changes when its fields do, so that a value of another shape is never met. */
export const STUDENT_VIEW = `system-${createHash("sha256").update(STUDENT_FIELDS.join(",")).digest("hex").slice(0, 8)}`;
