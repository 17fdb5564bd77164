/**
 * A change to one student, whole or not at all: rows, event and audit entry in one transaction, and the cache told
 * before the commit. What it changes is the caller's part; the order of things is here.
 */
import { APPEND_AUDIT, auditValues, type AuditEntry } from "../audit/entry.ts";
import { AUDIT_TIMEOUT_MS, AuditUnavailable } from "../audit/audit-log.ts";
import type { RaisedMarker } from "../cache/markers.ts";
import type { Transaction } from "../database/transactions.ts";
import { CommitFailed, isConnectionLost } from "../database/unavailable.ts";
import type { Dependencies } from "../dependencies.ts";
import { suspectCache } from "../repositories/cache-fence.ts";

export interface Changed<T> {
  readonly studentId: string;
  /** Of the student aggregate, after the change. */
  readonly aggregateVersion: bigint;
  readonly result: T;
  readonly auditEntry: AuditEntry;
}

/**
 * @param work  makes the change and says what it was, or returns `unchanged` and nothing happens
 * @throws {AuditUnavailable} the entry could not be written in time: the change is undone
 */
export async function changeStudent<T>(
  deps: Pick<Dependencies, "transactions" | "markers">,
  work: (transaction: Transaction) => Promise<Changed<T> | { readonly unchanged: T }>,
): Promise<{ readonly result: T; readonly changed: boolean }> {
  let raised: RaisedMarker | undefined;
  try {
    return await deps.transactions.run(async (transaction) => {
      const outcome = await work(transaction);
      if ("unchanged" in outcome) return { result: outcome.unchanged, changed: false };
      await appendAudit(transaction, outcome.auditEntry);
      raised = await deps.markers.raise(outcome.studentId, outcome.aggregateVersion);
      if (raised === undefined) await suspectCache(transaction);
      return { result: outcome.result, changed: true };
    });
  } catch (error) {
    // When the commit is in doubt the marker stays: at worst the student is uncached for a while.
    if (raised !== undefined && !(error instanceof CommitFailed)) await deps.markers.lower(raised);
    throw error;
  }
}

async function appendAudit(transaction: Transaction, entry: AuditEntry): Promise<void> {
  try {
    await transaction.query(APPEND_AUDIT, auditValues([entry]), AUDIT_TIMEOUT_MS);
  } catch (error) {
    // Nothing has been committed on a connection that is lost: the whole change is tried once more.
    if (isConnectionLost(error)) throw error;
    throw new AuditUnavailable(error);
  }
}
