/** Brings a database to the newest schema: forward only, one migration a transaction, one migrator at a time. */
import { join } from "node:path";
import type { ClientBase } from "pg";
import Postgrator from "postgrator";

/** Any fixed number works; it only has to be the same for every migrator of one database. */
const MIGRATION_LOCK = 7_001_934;

/**
 * Made here and not in a migration, because the migration tool wants its table before the first one.
 * `create schema if not exists` would ask for a privilege on the database even when the schema is there.
 */
const PREPARE = `
  do $$ begin
    if to_regnamespace('records') is null then create schema records; end if;
    if to_regnamespace('audit') is null then create schema audit; end if;
  end $$;
  create table if not exists records.schema_migrations (
    version bigint primary key, name text, md5 text, run_at timestamptz
  )`;

export interface MigrationOutcome {
  /** Version of the newest migration in the database. */
  readonly version: number;
  /** What this run applied, in order: `0001 people`. Empty when there was nothing to do. */
  readonly applied: readonly string[];
}

/**
 * @param client     connected as the owner of the schemas, and used by nothing else meanwhile
 * @param directory  folder of `NNNN.do.what.sql`
 * @throws {Error}   a migration failed (it is rolled back, earlier ones stay) or an applied file has changed since
 */
export async function migrate(client: ClientBase, directory: string): Promise<MigrationOutcome> {
  await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
  try {
    await client.query(PREPARE);
    let inTransaction = false;
    const postgrator = new Postgrator({
      driver: "pg",
      schemaTable: "records.schema_migrations",
      migrationPattern: join(directory, "*.do.*.sql"),
      // The tool runs a script and then records its version. Both belong to one transaction: opened before the
      // script, closed after the very next statement, which is that record.
      execSqlScript: async (script: string) => {
        await client.query("begin");
        inTransaction = true;
        await client.query(script);
      },
      execQuery: async (sql: string) => {
        const result = await client.query<Record<string, string>>(sql);
        if (inTransaction) await client.query("commit");
        inTransaction = false;
        return result;
      },
    });
    try {
      const applied = await postgrator.migrate();
      return { version: await postgrator.getDatabaseVersion(), applied: applied.map(title) };
    } catch (error) {
      if (inTransaction) await client.query("rollback");
      throw error;
    }
  } finally {
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  }
}

function title(migration: { version: number; name: string }): string {
  return `${String(migration.version).padStart(4, "0")} ${migration.name}`;
}
