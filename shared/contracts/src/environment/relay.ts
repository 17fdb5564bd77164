import { Type, type Static } from "typebox";
import { ENVIRONMENT, LOG_LEVEL, Name, database } from "./variables.ts";

/** Environment of the outbox relay task. */
export const RelayEnvironment = Type.Object({ ENVIRONMENT, ...database, STREAM_NAME: Name, LOG_LEVEL });
export type RelayEnvironment = Static<typeof RelayEnvironment>;
