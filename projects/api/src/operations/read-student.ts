/** The story of one read: cache first, then a replica, and the writer when the replica is behind what was committed. */
import type { StudentDocument } from "../cache/cached-student.ts";
import type { Lookup } from "../cache/student-cache.ts";
import type { Request } from "../caller.ts";
import type { Dependencies } from "../dependencies.ts";
import { NOT_FOUND, Refusal } from "../problems/catalogue.ts";
import { findStudent, type FoundStudent } from "../repositories/students.ts";
import { STUDENT_FIELDS, STUDENT_VIEW } from "../schemas/student.ts";

export async function readStudent(deps: Dependencies, request: Request, studentId: string): Promise<StudentDocument> {
  const { caller, fence, facts } = request;
  facts.subjectId = studentId;
  facts.cache = "miss";
  const lookup: Lookup = fence.suspect
    ? { outcome: "forgotten" }
    : await deps.cache.lookup(fence.generation, studentId, STUDENT_VIEW);
  // A student of another campus goes the way of a miss: the database decides, and its time is that of an absent one.
  if (lookup.outcome === "hit" && lookup.student.campusIds.some((campus) => caller.campusIds.includes(campus))) {
    facts.cache = "hit";
    return disclosed(request, lookup.student);
  }
  const generation = await generationFor(deps, request, lookup);
  const found = await readFresh(deps, request, studentId, leastVersion(request, lookup));
  if (found.outcome !== "visible") throw new Refusal(NOT_FOUND, { reason: `student-${found.outcome}` });
  if (generation !== undefined) await deps.cache.store(generation, studentId, STUDENT_VIEW, found.student);
  return disclosed(request, found.student);
}

/** Under which generation the cache takes what is read now. A cache that cannot be trusted begins a new one. */
async function generationFor(deps: Dependencies, { fence }: Request, { outcome }: Lookup): Promise<number | undefined> {
  if (outcome === "unavailable") return undefined;
  return outcome === "forgotten" ? deps.cacheMender.mend(fence.generation) : fence.generation;
}

/** Undefined when nobody can say: nobody was asked, or what was known went with an older generation a moment ago. */
function leastVersion({ fence }: Request, lookup: Lookup): bigint | undefined {
  return lookup.outcome === "miss" && !fence.young ? lookup.marker : undefined;
}

/**
 * @param marker least version that counts; undefined when nobody can say, and then only the writer will do
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

function disclosed({ facts }: Request, student: StudentDocument): StudentDocument {
  facts.fields = STUDENT_FIELDS;
  facts.rowCount = 1;
  facts.version = String(student.version);
  return student;
}
