/** Variables that several processes share: one definition, so that a name means the same everywhere. */
import { Type } from "typebox";
import { Arn, Host, HttpsUrl, Name, Port } from "../stacks/formats.ts";

/** Environment suffix (`local`, `dev`, `pr128`): first part of cache keys and of an event's source. */
export const ENVIRONMENT = Type.String({ pattern: "^[a-z][a-z0-9]{1,9}$" });
export const LOG_LEVEL = Type.Enum(["trace", "debug", "info", "warn", "error", "fatal"]);
/** Absolute path of a mounted file system. */
export const MountPath = Type.String({ pattern: "^/" });

/** Where the records are, and the two secrets of which the later rotated one is used. */
export const database = {
  DATABASE_HOST: Host,
  DATABASE_PORT: Port,
  DATABASE_NAME: Name,
  DATABASE_SECRET_ARN_A: Arn,
  DATABASE_SECRET_ARN_B: Arn,
};

export const cache = {
  CACHE_HOST: Host,
  CACHE_PORT: Port,
  CACHE_SECRET_ARN: Arn,
};

export { Arn, Host, HttpsUrl, Name, Port };
