/** A first grade: what must be known of the enrollment, and the one statement that writes it. */
import type { GradingBasis } from "@records/domain";
import type { Queryable } from "../database/reader.ts";
import { instant } from "./instants.ts";
import type { Enqueued } from "./students.ts";

/** An enrollment never moves to another student, so this may be read before the lock. */
const FIND_STUDENT = {
  name: "enrollments_find_student_v1",
  text: "select student_id from records.enrollments where id = $1 and status = 'active'",
};

export async function findStudentOfEnrollment(db: Queryable, enrollmentId: string): Promise<string | undefined> {
  const [row] = await db.query<{ student_id: string }>(FIND_STUDENT, [enrollmentId]);
  return row?.student_id;
}

/** Read after the student's head is locked, in a statement of its own: it must see what the lock waited for. */
const READ_FACTS = {
  name: "enrollments_read_gradable_v1",
  text: `
    select e.state, e.grading_basis as basis, e.section_id as "sectionId", e.term_id as "termId",
           t.end_date as "termEndsOn",
           exists (select from records.final_grades g where g.enrollment_id = e.id and g.superseded_by is null) as "hasGrade"
      from records.enrollments e
      join records.academic_sessions t on t.id = e.term_id
     where e.id = $1`,
};

export interface EnrollmentFacts {
  readonly state: string;
  readonly basis: GradingBasis;
  readonly sectionId: string;
  readonly termId: string;
  /** `YYYY-MM-DD` */
  readonly termEndsOn: string;
  readonly hasGrade: boolean;
}

export async function readEnrollmentFacts(db: Queryable, enrollmentId: string): Promise<EnrollmentFacts> {
  const [row] = await db.query<EnrollmentFacts>(READ_FACTS, [enrollmentId]);
  if (row === undefined) throw new Error("An enrollment vanished while its student was locked.");
  return row;
}

/** The grade, the move of the student's head and the event, or none of them. */
const INSERT = {
  name: "final_grades_insert_v1",
  text: `
    with g as (
      insert into records.final_grades
        (id, enrollment_id, student_id, section_id, term_id, symbol, basis, state, submitted_by, submitted_at,
         incomplete_due_date, lapse_symbol, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, 'submitted', $8, $9, $10, $11, $9, $9)
      returning *
    ), head as (
      update records.students
         set aggregate_version = aggregate_version + 1, event_sequence = event_sequence + 1
       where id = $3
    ), enqueued as (
      insert into records.outbox (id, lane, partition_key, student_id, sequence, type, payload)
      values ($12, $13, $3::text, $3::uuid, $14, $15, $16)
    )
    select row_to_json(document)::text as document from (
      select g.id, g.version, g.status, ${instant("g.created_at")} as "createdAt", ${instant("g.updated_at")} as "updatedAt",
             g.enrollment_id as "enrollmentId", g.student_id as "studentId", g.section_id as "sectionId",
             g.term_id as "termId", g.symbol, g.basis, g.state, g.submitted_by as "submittedBy",
             ${instant("g.submitted_at")} as "submittedAt", ${instant("g.posted_at")} as "postedAt",
             g.incomplete_due_date as "incompleteDueDate", g.lapse_symbol as "lapseSymbol",
             g.repeat_excluded as "repeatExcluded", g.superseded_by as "supersededBy"
        from g) document`,
};

export interface NewGrade {
  readonly id: string;
  readonly enrollmentId: string;
  readonly studentId: string;
  readonly sectionId: string;
  readonly termId: string;
  readonly symbol: string;
  readonly basis: GradingBasis;
  readonly submittedBy: string;
  readonly submittedAt: string;
  readonly incompleteDueDate: string | null;
  readonly lapseSymbol: string | null;
}

/** @returns the reply's body */
export async function insertGrade(db: Queryable, grade: NewGrade, event: Enqueued): Promise<Buffer> {
  const [row] = await db.query<{ document: string }>(INSERT, [
    ...[grade.id, grade.enrollmentId, grade.studentId, grade.sectionId, grade.termId, grade.symbol, grade.basis],
    ...[grade.submittedBy, grade.submittedAt, grade.incompleteDueDate, grade.lapseSymbol],
    ...[event.id, event.lane, event.sequence, event.type, event.payload],
  ]);
  return Buffer.from(row!.document);
}
