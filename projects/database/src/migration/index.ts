/** Lambda function `migration`: run on deploy before any service is updated. */
import { MigrationEnvironment, readEnvironment } from "@records/contracts";
import { join } from "node:path";
import { connectWithIam } from "../iam-connection.ts";
import { migrate, type MigrationOutcome } from "./migrate.ts";

export interface MigrationEvent {
  readonly operation: string;
}

/** The build puts the SQL files beside the bundle. */
const MIGRATIONS = join(import.meta.dirname, "migrations");

export async function handler(event: MigrationEvent): Promise<MigrationOutcome> {
  if (event.operation !== "migrate") {
    throw new Error(
      `Operation "${event.operation}" is unknown to the migration function; send { "operation": "migrate" }.`,
    );
  }
  const environment = readEnvironment(MigrationEnvironment, process.env);
  const client = await connectWithIam({
    host: environment.DATABASE_HOST,
    port: environment.DATABASE_PORT,
    database: environment.DATABASE_NAME,
    user: environment.DATABASE_USER,
  });
  try {
    return await migrate(client, MIGRATIONS);
  } finally {
    await client.end();
  }
}
