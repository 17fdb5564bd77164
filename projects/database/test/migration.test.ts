import { createRoles, startPostgres, type Postgres } from "@records/testing/databases";
import { readdirSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../src/migration/migrate.ts";

const MIGRATIONS = join(import.meta.dirname, "../migrations");

let postgres: Postgres;
let folder: string;
beforeAll(async () => {
  postgres = await startPostgres();
  const admin = await postgres.admin();
  await createRoles(admin);
  await admin.end();
  folder = await mkdtemp(join(tmpdir(), "records-migrations-"));
}, 30_000);
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

async function as<T>(database: string, user: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(postgres.login(database, user));
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
async function emptyDatabase(name: string): Promise<string> {
  await postgres.createDatabase(name, { owner: "srs_owner" });
  return name;
}
const lastVersion = (): number => Math.max(...readdirSync(MIGRATIONS).map((file) => Number(file.slice(0, 4))));
const copyOfMigrations = async (name: string) => {
  await cp(MIGRATIONS, join(folder, name), { recursive: true });
  return join(folder, name);
};

describe("migrate", () => {
  it("applies every migration once, and a second run changes nothing", async () => {
    const database = await emptyDatabase("twice");
    const first = await as(database, "srs_owner", (client) => migrate(client, MIGRATIONS));
    expect(first.applied.length).toBeGreaterThan(0);
    expect(first.applied[0]).toBe("0001 people");
    const second = await as(database, "srs_owner", (client) => migrate(client, MIGRATIONS));
    expect(second).toEqual({ version: first.version, applied: [] });
  });

  it("lets two migrators run at the same time, and each migration is applied by one of them", async () => {
    const database = await emptyDatabase("together");
    const [one, other] = await Promise.all(
      [1, 2].map(() => as(database, "srs_owner", (client) => migrate(client, MIGRATIONS))),
    );
    expect(one!.version).toBe(other!.version);
    expect([...one!.applied, ...other!.applied]).toHaveLength(one!.version);
  });

  it("undoes a migration that fails, keeps the earlier ones, and goes on after the repair", async () => {
    const database = await emptyDatabase("failing");
    const copy = await copyOfMigrations("failing");
    await writeFile(join(copy, "9001.do.broken.sql"), "create table records.half_made (id int); select 1 / 0;");
    await as(database, "srs_owner", async (client) => {
      await expect(migrate(client, copy)).rejects.toThrow("division by zero");
      const { rows } = await client.query(
        "select max(version)::int as version, to_regclass('records.half_made') as half_made from records.schema_migrations",
      );
      expect(rows).toEqual([{ version: lastVersion(), half_made: null }]);
      await writeFile(join(copy, "9001.do.broken.sql"), "create table records.half_made (id int);");
      expect((await migrate(client, copy)).applied).toEqual(["9001 broken"]);
    });
  });

  it("refuses an applied migration whose file has changed since", async () => {
    const database = await emptyDatabase("changed");
    const copy = await copyOfMigrations("changed");
    await as(database, "srs_owner", async (client) => {
      await migrate(client, copy);
      await writeFile(join(copy, "0001.do.people.sql"), "select 1;");
      await expect(migrate(client, copy)).rejects.toThrow("[1]");
    });
  });
});

describe("privileges", () => {
  const database = "privileges";
  beforeAll(async () => {
    await emptyDatabase(database);
    await as(database, "srs_owner", (client) => migrate(client, MIGRATIONS));
  });

  it("gives the application role nothing of its own", async () => {
    await as(database, "srs_app_a", async (client) => {
      const { rows } = await client.query(`
        select relname from pg_class where relowner in (select oid from pg_roles where rolname like 'srs_app%')`);
      expect(rows).toEqual([]);
      await expect(client.query("create table records.mine (id int)")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("select * from records.schema_migrations")).rejects.toMatchObject({ code: "42501" });
    });
  });

  it.each([
    "update audit.audit_entries set reason = 'x'",
    "delete from audit.audit_entries",
    "truncate audit.audit_entries",
  ])("lets the application add audit entries and read them, but not: %s", async (statement) => {
    await as(database, "srs_app_a", async (client) => {
      await addEntry(client);
      expect((await client.query("select id from audit.audit_entries")).rowCount).toBeGreaterThan(0);
      await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
    });
  });

  it.each([
    "update audit.audit_entries set reason = 'x'",
    "delete from audit.audit_entries",
    "truncate audit.audit_entries",
  ])("refuses even the owner: %s", async (statement) => {
    await as(database, "srs_app_b", addEntry);
    await as(database, "srs_owner", async (client) => {
      await expect(client.query(statement)).rejects.toThrow("never changed or removed");
    });
  });

  it("refuses the owner on a single month too", async () => {
    await as(database, "srs_owner", async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit.audit_entries'::regclass",
      );
      expect(rows.length).toBeGreaterThan(12);
      for (const { name } of rows) await expect(client.query(`truncate ${name}`)).rejects.toThrow("never changed");
    });
  });

  it("lets the auditor read the audit log and nothing of the records", async () => {
    await as(database, "srs_auditor", async (client) => {
      await client.query("select * from audit.audit_entries");
      await expect(client.query("select * from records.students")).rejects.toMatchObject({ code: "42501" });
      await expect(addEntry(client)).rejects.toMatchObject({ code: "42501" });
    });
  });

  const addEntry = (client: pg.Client) =>
    client.query(`
      insert into audit.audit_entries (id, at, request_id, method, action, decision, status, cache, duration_ms)
      values (gen_random_uuid(), now(), gen_random_uuid(), 'GET', 'getStudent', 'allow', 200, 'none', 1)`);
});
