/**
 * Roles with the least privilege each needs.
 *
 * srs_owner    owns both schemas; migrations log in as it, with an IAM token
 * srs_app      holds the applications' privileges and owns nothing; nobody logs in as it
 * srs_exporter what the export of the audit log needs of it; an application login takes it on for its transactions
 * srs_app_a/b  the two logins of the applications, in turn; passwords in Secrets Manager
 * srs_auditor  reads the audit log; people log in as it, with an IAM token
 */
import type { RotationEnvironment } from "@records/contracts";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { scramVerifier } from "./scram.ts";

export interface AppLogin {
  readonly user: "srs_app_a" | "srs_app_b";
  readonly secretVariable: keyof RotationEnvironment & ("APP_SECRET_ARN_A" | "APP_SECRET_ARN_B");
}

export const APP_LOGINS: readonly AppLogin[] = [
  { user: "srs_app_a", secretVariable: "APP_SECRET_ARN_A" },
  { user: "srs_app_b", secretVariable: "APP_SECRET_ARN_B" },
];

/** Any fixed number works; two bootstraps at the same time take turns. */
const BOOTSTRAP_LOCK = 7_001_935;

interface Step {
  readonly name: string;
  /** Answers whether it is there already. */
  readonly exists: string;
  readonly make: readonly string[];
}

const role = (name: string, make: readonly string[]): Step => ({
  name: `role ${name}`,
  exists: `select to_regrole('${name}') is not null as done`,
  make,
});

/**
 * The master user is no superuser: to make a schema for another role it must be able to become that role, and it takes
 * and gives back that right around it.
 */
const schema = (name: string): Step => ({
  name: `schema ${name}`,
  exists: `select to_regnamespace('${name}') is not null as done`,
  make: [
    "grant srs_owner to current_user with set true, inherit false",
    `create schema ${name} authorization srs_owner`,
    "revoke set option for srs_owner from current_user granted by current_user",
  ],
});

const STEPS: readonly Step[] = [
  role("srs_owner", [
    "create role srs_owner login connection limit 10",
    "grant rds_iam to srs_owner",
    // The cluster's limit is made for requests; a migration may build an index.
    "alter role srs_owner set statement_timeout = '15min'",
  ]),
  role("srs_app", ["create role srs_app nologin"]),
  // Not inherited: a login has these rights only while it acts as this role, and then no others.
  role("srs_exporter", [
    "create role srs_exporter nologin",
    "grant srs_exporter to srs_app with inherit false, set true",
  ]),
  role("srs_auditor", ["create role srs_auditor login connection limit 10", "grant rds_iam to srs_auditor"]),
  schema("records"),
  schema("audit"),
  {
    // Nobody gets in by being somebody: who may connect is listed.
    name: "privileges on the database",
    exists: `
      select not exists (
        select from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) as granted
         where datname = current_database() and granted.grantee = 0
      ) as done`,
    make: [
      `do $$ begin
         execute format('revoke all on database %I from public', current_database());
         execute format('grant connect on database %I to srs_owner, srs_app, srs_auditor', current_database());
       end $$`,
    ],
  },
];

/** The audit of statements by the server itself, where it has the extension. */
const AUDIT_EXTENSION: Step = {
  name: "extension pgaudit",
  exists: "select exists (select from pg_extension where extname = 'pgaudit') as done",
  make: ["create extension pgaudit"],
};

export async function createRoles(database: Client): Promise<{ created: string[]; unavailable: string[] }> {
  await database.query("select pg_advisory_lock($1)", [BOOTSTRAP_LOCK]);
  const { rowCount: pgaudit } = await database.query("select from pg_available_extensions where name = 'pgaudit'");
  const steps = pgaudit ? [...STEPS, role("rds_pgaudit", ["create role rds_pgaudit nologin"]), AUDIT_EXTENSION] : STEPS;
  const created: string[] = [];
  for (const { name, exists, make } of steps) {
    const { rows } = await database.query<{ done: boolean }>(exists);
    if (rows[0]?.done === true) continue;
    await inTransaction(database, make);
    created.push(name);
  }
  return { created, unavailable: pgaudit ? [] : ["pgaudit"] };
}

export async function roleExists(database: Client, user: AppLogin["user"]): Promise<boolean> {
  const { rows } = await database.query<{ done: boolean }>("select to_regrole($1) is not null as done", [user]);
  return rows[0]?.done === true;
}

/** Makes the login or gives it another password; in both cases it ends as a member of `srs_app` and nothing more. */
export async function setLogin(database: Client, user: AppLogin["user"], password: string): Promise<void> {
  const verifier = escapeLiteral(scramVerifier(password));
  const name = escapeIdentifier(user);
  const verb = (await roleExists(database, user)) ? "alter" : "create";
  await inTransaction(database, [`${verb} role ${name} login password ${verifier}`, `grant srs_app to ${name}`]);
}

async function inTransaction(database: Client, statements: readonly string[]): Promise<void> {
  await database.query("begin");
  try {
    for (const statement of statements) await database.query(statement);
    await database.query("commit");
  } catch (error) {
    await database.query("rollback");
    throw error;
  }
}
