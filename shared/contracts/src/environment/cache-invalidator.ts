import { Type, type Static } from "typebox";
import { ENVIRONMENT, cache } from "./variables.ts";

/** Environment of the stream consumer that raises cache markers. */
export const CacheInvalidatorEnvironment = Type.Object({ ENVIRONMENT, ...cache });
export type CacheInvalidatorEnvironment = Static<typeof CacheInvalidatorEnvironment>;
