/** Who is asking, once token and agreement have been checked. */
import type { CacheFence } from "./repositories/party-agreements.ts";

export interface Caller {
  readonly clientId: string;
  readonly principalId: string;
  /** Granted by the token and by the agreement. */
  readonly scopes: readonly string[];
  /** Students of these campuses, and no others, exist for this caller. */
  readonly campusIds: readonly string[];
  readonly purpose: string;
}

/** What an operation knows of the request besides its parameters. */
export interface Request {
  readonly caller: Caller;
  /** State of the cache when the request came in. */
  readonly fence: CacheFence;
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  /** Filled in while the operation runs; the audit entry is made of it. */
  readonly facts: OperationFacts;
}

/** What an operation did, as far as the audit log wants to know. */
export interface OperationFacts {
  subjectId?: string;
  subjects?: readonly string[];
  fields?: readonly string[];
  rowCount?: number;
  version?: string;
  cache: "hit" | "miss" | "none";
}
