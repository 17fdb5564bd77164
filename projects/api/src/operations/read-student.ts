/** The story of one read: cache first, then a replica, and the writer when the replica is behind what was committed. */
import type { StudentDocument } from "../cache/cached-student.ts";
import type { Request } from "../caller.ts";
import type { Dependencies } from "../dependencies.ts";
import { NOT_FOUND, Refusal } from "../problems/catalogue.ts";
import { renewCache } from "../repositories/cache-fence.ts";
import { findStudent, type FoundStudent } from "../repositories/students.ts";
import { STUDENT_FIELDS, STUDENT_VIEW } from "../schemas/student.ts";

export async function readStudent(deps: Dependencies, request: Request, studentId: string): Promise<StudentDocument> {
  const { caller, fence, facts } = request;
  facts.subjectId = studentId;
  facts.cache = "miss";
  const lookup = fence.suspect
    ? await mendCache(deps)
    : await deps.cache.lookup(fence.generation, studentId, STUDENT_VIEW);
  // A student of another campus goes the way of a miss: the database decides, and its time is that of an absent one.
  if (lookup.outcome === "hit" && lookup.student.campusIds.some((campus) => caller.campusIds.includes(campus))) {
    facts.cache = "hit";
    return disclosed(request, lookup.student);
  }
  const found = await readFresh(deps, request, studentId, lookup.outcome === "miss" ? lookup.marker : undefined);
  if (found.outcome !== "visible") throw new Refusal(NOT_FOUND, { reason: `student-${found.outcome}` });
  if (!fence.suspect) await deps.cache.store(fence.generation, studentId, STUDENT_VIEW, found.student);
  return disclosed(request, found.student);
}

/**
 * @param marker least version that counts; undefined when nobody could say, and then only the writer will do
 */
async function readFresh(
  deps: Dependencies,
  { caller }: Request,
  studentId: string,
  marker: bigint | undefined,
): Promise<FoundStudent> {
  if (marker === undefined) return findStudent(deps.primary, studentId, caller.campusIds);
  const found = await findStudent(deps.replica, studentId, caller.campusIds);
  const version = found.outcome === "visible" ? found.student.aggregateVersion : 0n;
  return version < marker ? findStudent(deps.primary, studentId, caller.campusIds) : found;
}

/** A writer could not mark its change in the cache. This request goes past it; when Redis answers, a new generation begins. */
async function mendCache(deps: Dependencies): Promise<{ readonly outcome: "unavailable" }> {
  if (await deps.cache.answers()) await deps.transactions.run((transaction) => renewCache(transaction));
  return { outcome: "unavailable" };
}

function disclosed({ facts }: Request, student: StudentDocument): StudentDocument {
  facts.fields = STUDENT_FIELDS;
  facts.rowCount = 1;
  facts.version = String(student.version);
  return student;
}
