/** Students as documents: the JSON is built once, here, and sent as it is. */
import type { Queryable } from "../database/reader.ts";
import type { StudentDocument } from "../cache/cached-student.ts";
import type { StudentPatch } from "../schemas/student.ts";
import { instant } from "./instants.ts";

/**
 * The body of a student `s` with person `p`, as text. Its fields are those of the `Student` schema, in that order;
 * a test compares the two.
 */
const DOCUMENT = `
  (select row_to_json(document)::text from (
    select s.id, s.version, s.status,
           ${instant("s.created_at")} as "createdAt", ${instant("s.updated_at")} as "updatedAt",
           s.student_number as "studentNumber", s.career, s.lifecycle,
           s.enrollment_load as "enrollmentLoad", s.class_level as "classLevel",
           s.cohort_code as "cohortCode", s.residency,
           s.home_campus_id as "homeCampusId", s.campus_ids as "campusIds", s.external_ids as "externalIds",
           (select row_to_json(person) from (
             select p.id, p.legal_name as "legalName", p.preferred_name as "preferredName", p.pronouns,
                    p.net_id as "netId", p.institutional_email as "institutionalEmail",
                    p.personal_email as "personalEmail", p.phones, p.birth_date as "birthDate"
           ) person) as person
  ) document)`;

/**
 * Finds a student whether or not the caller may see it, and loads the document only if it may: one statement and one
 * plan for both, so that neither the answer nor its time tells them apart.
 */
const FIND = {
  name: "students_find_v1",
  text: `
    select s.aggregate_version, s.version, s.campus_ids, s.campus_ids && $2::uuid[] as visible,
           case when s.campus_ids && $2::uuid[] then ${DOCUMENT} end as document
      from records.students s
      join records.persons p on p.id = s.person_id
     where s.id = $1 and s.status = 'active'`,
};

interface FoundRow {
  readonly aggregate_version: string;
  readonly version: string;
  readonly campus_ids: string[];
  readonly visible: boolean;
  readonly document: string | null;
}

/** `hidden`: it exists, outside the caller's campuses. For the audit log; the caller learns the same as for absent. */
export type FoundStudent =
  | { readonly outcome: "visible"; readonly student: StudentDocument }
  | { readonly outcome: "hidden" }
  | { readonly outcome: "absent" };

export async function findStudent(
  db: Queryable,
  studentId: string,
  campusIds: readonly string[],
): Promise<FoundStudent> {
  const [row] = await db.query<FoundRow>(FIND, [studentId, campusIds]);
  if (row === undefined) return { outcome: "absent" };
  if (!row.visible || row.document === null) return { outcome: "hidden" };
  return { outcome: "visible", student: documentOf({ ...row, document: row.document }) };
}

/** The head of the aggregate, locked until the transaction ends: what changes this student waits here. */
const LOCK = {
  name: "students_lock_v1",
  text: `
    select aggregate_version, event_sequence, version, home_campus_id, campus_ids && $2::uuid[] as visible
      from records.students where id = $1 and status = 'active' for update`,
};

export interface StudentHead {
  readonly aggregateVersion: bigint;
  readonly eventSequence: bigint;
  readonly version: number;
  readonly homeCampusId: string;
  readonly visible: boolean;
}

export async function lockStudent(
  db: Queryable,
  studentId: string,
  campusIds: readonly string[],
): Promise<StudentHead | undefined> {
  interface Row {
    readonly aggregate_version: string;
    readonly event_sequence: string;
    readonly version: string;
    readonly home_campus_id: string;
    readonly visible: boolean;
  }
  const [row] = await db.query<Row>(LOCK, [studentId, campusIds]);
  if (row === undefined) return undefined;
  return {
    aggregateVersion: BigInt(row.aggregate_version),
    eventSequence: BigInt(row.event_sequence),
    version: Number(row.version),
    homeCampusId: row.home_campus_id,
    visible: row.visible,
  };
}

/** What a campus system may change, as it is now. After the lock, in a statement of its own: it must see what the lock waited for. */
const READ_CONTACT = {
  name: "persons_read_contact_v1",
  text: `
    select p.personal_email as "personalEmail", p.phones
      from records.students s join records.persons p on p.id = s.person_id
     where s.id = $1`,
};

export type Contact = Required<NonNullable<StudentPatch["person"]>>;

export async function readContact(db: Queryable, studentId: string): Promise<Contact> {
  const [contact] = await db.query<Contact>(READ_CONTACT, [studentId]);
  if (contact === undefined) throw new Error("A locked student has no person; the foreign key should not allow that.");
  return contact;
}

/**
 * Changes the person, moves the versions and enqueues the event in one statement, so that none exists without the
 * others. The document is built from the rows as they are after the change.
 */
const CHANGE_CONTACT = {
  name: "students_change_contact_v1",
  text: `
    with s as (
      update records.students
         set version = version + 1, aggregate_version = aggregate_version + 1, event_sequence = event_sequence + 1,
             updated_at = $4
       where id = $1
      returning *
    ), p as (
      update records.persons
         set personal_email = $2, phones = $3, version = version + 1, updated_at = $4
       where id = (select person_id from records.students where id = $1)
      returning *
    ), enqueued as (
      insert into records.outbox (id, lane, partition_key, student_id, sequence, type, payload)
      select $5, $6, $1::text, $1::uuid, $7, $8, $9
    )
    select s.aggregate_version, s.version, s.campus_ids, true as visible, ${DOCUMENT} as document from s, p`,
};

export interface Enqueued {
  readonly id: string;
  readonly lane: number;
  readonly sequence: string;
  readonly type: string;
  readonly payload: string;
}

export async function changeContact(
  db: Queryable,
  studentId: string,
  contact: Contact,
  at: string,
  event: Enqueued,
): Promise<StudentDocument> {
  const values = [
    ...[studentId, contact.personalEmail, JSON.stringify(contact.phones), at],
    ...[event.id, event.lane, event.sequence, event.type, event.payload],
  ];
  const [row] = await db.query<FoundRow & { document: string }>(CHANGE_CONTACT, values);
  if (row === undefined) throw new Error("A locked student was not changed.");
  return documentOf(row);
}

function documentOf(row: FoundRow & { readonly document: string }): StudentDocument {
  return {
    aggregateVersion: BigInt(row.aggregate_version),
    version: Number(row.version),
    campusIds: row.campus_ids,
    body: Buffer.from(row.document),
  };
}

export { DOCUMENT as STUDENT_DOCUMENT };
