/** Puts the generated data into an empty database, all or nothing; a second run finds it there. */
import type { ClientBase } from "pg";
import { catalog, type Row } from "./catalog.ts";
import { student, type StudentRows } from "./students.ts";

export const SIZES = { small: 1_000, medium: 50_000 } as const;
export type Size = keyof typeof SIZES;

/** Rows a statement: large enough that round trips do not count, small enough to hold in memory. */
const STUDENTS_PER_BATCH = 1_000;

/** Any fixed number works: two loads of one database wait for each other. */
const SEED_LOCK = 7_001_937;

type Table = keyof ReturnType<typeof catalog>["rows"] | keyof StudentRows;

/** @returns students in the database, and whether this run loaded them */
export async function load(
  client: ClientBase,
  size: Size,
  seed: number,
): Promise<{ students: number; loaded: boolean }> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [SEED_LOCK]);
    const { rows } = await client.query<{ students: number }>("select count(*)::int as students from records.students");
    const present = rows[0]!.students;
    if (present === 0) await insertAll(client, SIZES[size], seed);
    await client.query("commit");
    if (present > 0) return { students: present, loaded: false };
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
  // Fresh statistics, or the first plans treat the tables as empty.
  await client.query(
    "analyze records.persons, records.students, records.enrollments, records.final_grades, records.sections",
  );
  return { students: SIZES[size], loaded: true };
}

async function insertAll(client: ClientBase, students: number, seed: number): Promise<void> {
  const offered = catalog(seed, students);
  await insert(client, "campuses", offered.rows.campuses);
  await insert(client, "academic_sessions", offered.rows.academic_sessions);
  await insert(client, "courses", offered.rows.courses);
  await insert(client, "sections", offered.rows.sections);
  for (let from = 0; from < students; from += STUDENTS_PER_BATCH) {
    const count = Math.min(STUDENTS_PER_BATCH, students - from);
    const batch = Array.from({ length: count }, (_, nth) => student(seed, from + nth, offered));
    await insert(
      client,
      "persons",
      batch.map((each) => each.persons),
    );
    await insert(
      client,
      "students",
      batch.map((each) => each.students),
    );
    await insert(
      client,
      "enrollments",
      batch.flatMap((each) => each.enrollments),
    );
    await insert(
      client,
      "final_grades",
      batch.flatMap((each) => each.final_grades),
    );
  }
}

/** The columns are those of the first row; each row of a table has the same ones, and they come from this folder alone. */
async function insert(client: ClientBase, table: Table, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!).join(", ");
  await client.query(
    `insert into records.${table} (${columns}) select ${columns} from json_populate_recordset(null::records.${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
