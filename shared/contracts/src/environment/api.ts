import { Type, type Static } from "typebox";
import { ENVIRONMENT, Host, HttpsUrl, LOG_LEVEL, MountPath, Port, cache, database } from "./variables.ts";

/** Environment of the records API task. */
export const ApiEnvironment = Type.Object({
  ENVIRONMENT,
  /** Port to listen on with TLS. */
  PORT: Port,
  ...database,
  DATABASE_READ_HOST: Host,
  DATABASE_READ_PORT: Port,
  ...cache,
  /** Issuer of access tokens; its keys are found from it. */
  TOKEN_ISSUER: HttpsUrl,
  /** Put before every scope by the issuer (`srs/`), taken off by the service. */
  TOKEN_SCOPE_PREFIX: Type.String(),
  CONFIG_PATH: MountPath,
  DOCUMENTS_PATH: MountPath,
  LOG_LEVEL,
});
export type ApiEnvironment = Static<typeof ApiEnvironment>;
