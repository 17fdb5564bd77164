import { Type, type Static } from "typebox";
import { Host, Name, Port } from "./variables.ts";

/** Environment of the migration function: the cluster's own endpoint, IAM login, no secret. */
export const MigrationEnvironment = Type.Object({
  DATABASE_HOST: Host,
  DATABASE_PORT: Port,
  DATABASE_NAME: Name,
  DATABASE_USER: Name,
});
export type MigrationEnvironment = Static<typeof MigrationEnvironment>;
