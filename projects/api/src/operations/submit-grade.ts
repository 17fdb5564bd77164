/** The story of a first grade: whose enrollment is it, does the rule allow this grade, and then all of it at once. */
import type { GradeSubmitted } from "@records/contracts";
import { submitGrade } from "@records/domain";
import { v7 as uuidv7 } from "uuid";
import type { AuditEntry } from "../audit/entry.ts";
import type { Request } from "../caller.ts";
import { codeOf } from "../database/connect.ts";
import type { Transaction } from "../database/transactions.ts";
import type { Dependencies } from "../dependencies.ts";
import { eventOf } from "../events.ts";
import { CONFLICT, ILLEGAL_TRANSITION, NOT_FOUND, Refusal, validationRefusal } from "../problems/catalogue.ts";
import {
  findStudentOfEnrollment,
  insertGrade,
  readEnrollmentFacts,
  type EnrollmentFacts,
} from "../repositories/grades.ts";
import { lockStudent, type StudentHead } from "../repositories/students.ts";
import type { GradeSubmission } from "../schemas/grade.ts";
import { changeStudent } from "./change.ts";

export interface OfferedSubmission {
  readonly enrollmentId: string;
  readonly body: unknown;
  readonly shapeRefusal: Refusal | undefined;
}

/** @returns the body of the new grade */
export async function handInGrade(
  deps: Dependencies,
  request: Request,
  offered: OfferedSubmission,
  auditEntry: () => AuditEntry,
): Promise<Buffer> {
  const { enrollmentId } = offered;
  const { result } = await changeStudent<Buffer>(deps, async (transaction) => {
    const { studentId, head } = await lockStudentOf(transaction, request, enrollmentId);
    if (offered.shapeRefusal !== undefined) throw offered.shapeRefusal;
    const submission = offered.body as GradeSubmission;
    const { incompleteDueDate = null, lapseSymbol = null } = submission;
    const facts = await readEnrollmentFacts(transaction, enrollmentId);
    const symbol = decided(facts, { symbol: submission.symbol, incompleteDueDate, lapseSymbol });

    const at = new Date().toISOString();
    const id = uuidv7();
    const aggregateVersion = head.aggregateVersion + 1n;
    const { sectionId, termId, basis } = facts;
    const event = eventOf<GradeSubmitted>(deps.environment, request, {
      ...{ type: "edu.records.grade.submitted.v1", subject: `grades/${id}`, studentId, at },
      ...{ homeCampusId: head.homeCampusId, sequence: head.eventSequence + 1n, classification: "p" },
      data: {
        ...{ entityId: id, version: 1, aggregateVersion: Number(aggregateVersion), changedFields: ["symbol", "state"] },
        after: { enrollmentId, sectionId, termId, symbol, basis, state: "submitted", incompleteDueDate, lapseSymbol },
      },
    });
    const grade = { id, enrollmentId, studentId, sectionId, termId, symbol, basis, incompleteDueDate, lapseSymbol };
    const result = await insertGrade(
      transaction,
      { ...grade, submittedBy: request.caller.clientId, submittedAt: at },
      event,
    );
    request.facts.fields = ["symbol", "state"];
    request.facts.rowCount = 1;
    request.facts.version = "1";
    return { studentId, aggregateVersion, result, auditEntry: auditEntry() };
  }).catch((error: unknown) => {
    // The unique index is the last word, should anything ever write a grade without the student's lock.
    throw codeOf(error) === "23505" ? new Refusal(CONFLICT, { cause: error }) : error;
  });
  return result;
}

async function lockStudentOf(
  transaction: Transaction,
  request: Request,
  enrollmentId: string,
): Promise<{ readonly studentId: string; readonly head: StudentHead }> {
  const studentId = await findStudentOfEnrollment(transaction, enrollmentId);
  if (studentId === undefined) throw new Refusal(NOT_FOUND, { reason: "enrollment-absent" });
  request.facts.subjectId = studentId;
  const head = await lockStudent(transaction, studentId, request.caller.campusIds);
  if (!head?.visible) throw new Refusal(NOT_FOUND, { reason: "student-hidden" });
  return { studentId, head };
}

function decided(facts: EnrollmentFacts, offered: Parameters<typeof submitGrade>[1]): string {
  const decision = submitGrade(facts, offered);
  switch (decision.outcome) {
    case "submitted":
      return decision.symbol;
    case "faulty":
      throw validationRefusal(
        decision.faults.map(({ field, code, message }) => ({ pointer: `/${field}`, code, message })),
      );
    case "already-graded":
      throw new Refusal(CONFLICT, { reason: "already-graded" });
    case "illegal-transition":
      throw new Refusal(ILLEGAL_TRANSITION, {
        members: { from: decision.from, to: "completed", allowed: decision.allowed },
      });
  }
}
