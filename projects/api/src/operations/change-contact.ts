/** The story of a PATCH: may it be changed, is it still what the caller read, is the change sound, is it one at all? */
import { isDeepStrictEqual } from "node:util";
import type { StudentUpdated } from "@records/contracts";
import type { AuditEntry } from "../audit/entry.ts";
import type { StudentDocument } from "../cache/cached-student.ts";
import type { Request } from "../caller.ts";
import type { Transaction } from "../database/transactions.ts";
import type { Dependencies } from "../dependencies.ts";
import { etagOf, matches } from "../etag.ts";
import { eventOf } from "../events.ts";
import {
  FIELD_NOT_WRITABLE,
  NOT_FOUND,
  PRECONDITION_FAILED,
  PRECONDITION_REQUIRED,
  Refusal,
} from "../problems/catalogue.ts";
import {
  changeContact,
  findStudent,
  lockStudent,
  readContact,
  type Contact,
  type StudentHead,
} from "../repositories/students.ts";
import { notWritable, STUDENT_VIEW, type StudentPatch } from "../schemas/student.ts";
import { changeStudent } from "./change.ts";

export interface ContactPatch {
  readonly studentId: string;
  readonly ifMatch: string | undefined;
  readonly body: unknown;
  /** What the body breaks of its schema, if anything. It comes after the precondition (ERR-5). */
  readonly shapeRefusal: Refusal | undefined;
}

export async function patchStudent(
  deps: Dependencies,
  request: Request,
  patch: ContactPatch,
  auditEntry: () => AuditEntry,
): Promise<{ readonly student: StudentDocument; readonly changed: boolean }> {
  const { studentId } = patch;
  request.facts.subjectId = studentId;
  const { result: student, changed } = await changeStudent<StudentDocument>(deps, async (transaction) => {
    const head = await lockStudent(transaction, studentId, request.caller.campusIds);
    if (!head?.visible)
      throw new Refusal(NOT_FOUND, { reason: head === undefined ? "student-absent" : "student-hidden" });
    const wanted = acceptedPatch(head, patch);
    const before = await readContact(transaction, studentId);
    const after: Contact = { ...before, ...wanted.person };
    const changedFields = (["personalEmail", "phones"] as const).filter(
      (field) => !isDeepStrictEqual(before[field], after[field]),
    );
    request.facts.fields = changedFields.map((field) => `person.${field}`);
    if (changedFields.length === 0) return { unchanged: await present(transaction, request, studentId) };

    const at = new Date().toISOString();
    const version = head.version + 1;
    const aggregateVersion = head.aggregateVersion + 1n;
    const only = (contact: Contact) => ({
      person: Object.fromEntries(changedFields.map((field) => [field, contact[field]])),
    });
    const event = eventOf<StudentUpdated>(deps.environment, request, {
      ...{ type: "edu.records.student.updated.v1", subject: `students/${studentId}`, studentId, at },
      ...{ homeCampusId: head.homeCampusId, sequence: head.eventSequence + 1n, classification: "p" },
      data: {
        ...{ entityId: studentId, version, aggregateVersion: Number(aggregateVersion) },
        changedFields: changedFields.map((field) => `person.${field}`),
        before: only(before),
        after: only(after),
      },
    });
    const result = await changeContact(transaction, studentId, after, at, event);
    request.facts.version = String(result.version);
    request.facts.rowCount = 1;
    return { studentId, aggregateVersion, result, auditEntry: auditEntry() };
  });
  return { student, changed };
}

/** In the order the contract promises: 403 for a field, 428, 412, then 422. */
function acceptedPatch(head: StudentHead, { body, ifMatch, shapeRefusal }: ContactPatch): StudentPatch {
  const closed = notWritable(body);
  if (closed.length > 0) {
    const errors = closed.map((pointer) => ({
      pointer,
      code: "not-writable",
      message: "This field has another owner.",
    }));
    throw new Refusal(FIELD_NOT_WRITABLE, { members: { errors } });
  }
  const current = etagOf(head.version, STUDENT_VIEW);
  if (ifMatch === undefined) throw new Refusal(PRECONDITION_REQUIRED);
  if (!matches(ifMatch, current)) throw new Refusal(PRECONDITION_FAILED, { headers: { etag: current } });
  if (shapeRefusal !== undefined) throw shapeRefusal;
  return body as StudentPatch;
}

async function present(transaction: Transaction, request: Request, studentId: string): Promise<StudentDocument> {
  const found = await findStudent(transaction, studentId, request.caller.campusIds);
  if (found.outcome !== "visible") throw new Error("A locked student vanished.");
  request.facts.version = String(found.student.version);
  request.facts.rowCount = 1;
  return found.student;
}
