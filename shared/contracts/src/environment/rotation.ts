import { Type, type Static } from "typebox";
import { Arn, Host, Name, Port } from "./variables.ts";

/** Environment of the rotation function, which also writes the first credentials (operation `bootstrap`). */
export const RotationEnvironment = Type.Object({
  /** The cluster's own endpoint: passwords are changed there. */
  DATABASE_HOST: Host,
  DATABASE_PORT: Port,
  DATABASE_NAME: Name,
  /** The proxy: what application secrets name as host and port, and where a new password is proved. */
  DATABASE_PROXY_HOST: Host,
  DATABASE_PROXY_PORT: Port,
  MASTER_SECRET_ARN: Arn,
  APP_SECRET_ARN_A: Arn,
  APP_SECRET_ARN_B: Arn,
  /** Primary of the cache: where a new password is proved. */
  CACHE_HOST: Host,
  CACHE_PORT: Port,
  CACHE_API_SECRET_ARN: Arn,
  CACHE_INVALIDATOR_SECRET_ARN: Arn,
  CACHE_API_USER_ID: Name,
  CACHE_INVALIDATOR_USER_ID: Name,
  PSEUDONYM_SALT_SECRET_ARN: Arn,
  /** Of the campus systems, with commas between. */
  CLIENT_SECRET_ARNS: Type.String({ pattern: "^arn:aws:secretsmanager:[^,]+(,arn:aws:secretsmanager:[^,]+)*$" }),
});
export type RotationEnvironment = Static<typeof RotationEnvironment>;
