/** One page of the students a caller may see. */
import type { Request } from "../caller.ts";
import type { Dependencies } from "../dependencies.ts";
import { openCursor, sealCursor, type Position } from "../paging/cursor.ts";
import { INVALID_CURSOR, Refusal } from "../problems/catalogue.ts";
import { readStudentPage } from "../repositories/student-pages.ts";
import type { StudentsQuery } from "../schemas/page.ts";
import { STUDENT_FIELDS } from "../schemas/student.ts";

export interface StudentsPage {
  readonly body: Buffer;
  /** Cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

export async function listStudents(deps: Dependencies, request: Request, query: StudentsQuery): Promise<StudentsPage> {
  const { caller, facts } = request;
  const { sort, limit, cursor } = query;
  const rows = await readStudentPage(
    deps.replica,
    // One row more than asked for tells whether another page follows.
    { sort, limit: limit + 1, after: await positionOf(deps, caller.clientId, query, cursor) },
    caller.campusIds,
  );
  const sent = rows.slice(0, limit);
  const last = sent.at(-1);
  const next =
    rows.length > limit && last !== undefined
      ? await sealCursor(
          deps.cursorKeys,
          { sortValue: last.sort_value, id: last.id },
          caller.clientId,
          bindingOf(query),
        )
      : undefined;
  facts.subjects = sent.map((row) => row.id);
  facts.fields = STUDENT_FIELDS;
  facts.rowCount = sent.length;
  const page = JSON.stringify({ limit, next: next ?? null });
  return { body: Buffer.from(`{"data":[${sent.map((row) => row.document).join(",")}],"page":${page}}`), next };
}

async function positionOf(
  deps: Dependencies,
  clientId: string,
  query: StudentsQuery,
  cursor: string | undefined,
): Promise<Position | undefined> {
  if (cursor === undefined) return undefined;
  const position = await openCursor(deps.cursorKeys, cursor, clientId, bindingOf(query));
  if (position === undefined) throw new Refusal(INVALID_CURSOR);
  return position;
}

/** What makes it the same query: the size of a page may change on the way, the order may not. */
function bindingOf({ sort }: StudentsQuery): string {
  return `students?sort=${sort}`;
}
