/** Pages of students by keyset: each sort has an index, so a page deep in the list costs what the first one costs. */
import type { Queryable } from "../database/reader.ts";
import type { Position } from "../paging/cursor.ts";
import { STUDENT_SORTS, type StudentSort } from "../schemas/page.ts";
import { instant } from "./instants.ts";
import { STUDENT_DOCUMENT } from "./students.ts";

const COLUMNS = {
  studentNumber: { column: "s.student_number", type: "text", asText: "s.student_number" },
  lastName: { column: "s.sort_name", type: 'text collate "C"', asText: "s.sort_name" },
  updatedAt: { column: "s.updated_at", type: "timestamptz", asText: instant("s.updated_at") },
} as const;

/** One statement a sort and direction, for the first page and for the next ones: all text from the list above. */
const statements = new Map(
  STUDENT_SORTS.flatMap((sort) => [
    [`${sort}/first`, pageStatement(sort, false)] as const,
    [`${sort}/next`, pageStatement(sort, true)] as const,
  ]),
);

function pageStatement(sort: StudentSort, continued: boolean) {
  const descending = sort.startsWith("-");
  const { column, type, asText } = COLUMNS[sort.replace("-", "") as keyof typeof COLUMNS];
  const direction = descending ? "desc" : "asc";
  return {
    name: `students_page_${sort.replace("-", "desc_")}_${continued ? "next" : "first"}_v1`,
    text: `
      select s.id, ${asText} as sort_value, ${STUDENT_DOCUMENT} as document
        from records.students s
        join records.persons p on p.id = s.person_id
       where s.status = 'active' and s.campus_ids && $1::uuid[]
         ${continued ? `and (${column}, s.id) ${descending ? "<" : ">"} ($3::${type}, $4::uuid)` : ""}
       order by ${column} ${direction}, s.id ${direction}
       limit $2`,
  };
}

export interface StudentRow {
  readonly id: string;
  readonly sort_value: string;
  readonly document: string;
}

/** @param after undefined for the first page */
export async function readStudentPage(
  db: Queryable,
  page: { readonly sort: StudentSort; readonly limit: number; readonly after: Position | undefined },
  campusIds: readonly string[],
): Promise<readonly StudentRow[]> {
  const { sort, limit, after } = page;
  const statement = statements.get(`${sort}/${after === undefined ? "first" : "next"}`)!;
  const values = after === undefined ? [campusIds, limit] : [campusIds, limit, after.sortValue, after.id];
  return db.query<StudentRow>(statement, values);
}
