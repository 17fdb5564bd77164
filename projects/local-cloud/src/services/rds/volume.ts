/** The storage of a cluster as it is born: the roles RDS brings, the master user and the first database. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { initializeDataFolder, runSingleUser } from "./postgres-binaries.ts";

/** The cloud's own login. No client may use it: the door and `pg_hba.conf` refuse it. */
export const ADMIN_ROLE = "rdsadmin";
export const REPLICATION_ROLE = "rdsrepladmin";
/** Members log in with IAM tokens. */
export const IAM_ROLE = "rds_iam";

/**
 * Trust holds on the socket alone, whose folder only the cloud's own user can enter. Over TCP everybody shows a
 * password, and the cloud's own roles cannot come that way at all.
 */
const HOST_BASED_ACCESS = `
local all all trust
local replication ${REPLICATION_ROLE} trust
host all ${ADMIN_ROLE},${REPLICATION_ROLE} all reject
host replication all all reject
host all all 127.0.0.1/32 scram-sha-256
`;

export interface VolumeSpec {
  readonly masterUsername: string;
  /** SCRAM verifier: the password itself is not needed. */
  readonly masterVerifier: string;
  readonly databaseName?: string;
}

export async function createVolume(folder: string, spec: VolumeSpec): Promise<void> {
  await initializeDataFolder(folder);
  await runSingleUser(folder, "postgres", firstStatements(spec));
  await writeFile(join(folder, "pg_hba.conf"), HOST_BASED_ACCESS);
}

/**
 * `rds_superuser` may hand out `rds_iam` without being a member in effect (no inherit, no set), so the master user
 * itself keeps logging in with its password.
 */
function firstStatements({ masterUsername, masterVerifier, databaseName }: VolumeSpec): readonly string[] {
  const master = quoteIdentifier(masterUsername);
  const predefined =
    "pg_monitor, pg_signal_backend, pg_checkpoint, pg_create_subscription, pg_use_reserved_connections, pg_maintain";
  return [
    "create role rds_superuser nologin",
    "create role rds_replication nologin",
    "create role rds_password nologin",
    `create role ${IAM_ROLE} nologin`,
    `create role ${REPLICATION_ROLE} login replication`,
    `grant ${predefined}, rds_replication, rds_password to rds_superuser with admin option`,
    `grant ${IAM_ROLE} to rds_superuser with admin true, inherit false, set false`,
    `create role ${master} login createrole createdb password '${masterVerifier}'`,
    `grant rds_superuser to ${master} with admin option`,
    `alter role ${ADMIN_ROLE} set statement_timeout = 0`,
    `alter role ${ADMIN_ROLE} set idle_in_transaction_session_timeout = 0`,
    `alter role ${ADMIN_ROLE} set log_min_duration_statement = -1`,
    ...(databaseName ? [`create database ${quoteIdentifier(databaseName)} owner ${master}`] : []),
  ];
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
