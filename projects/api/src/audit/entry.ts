/** One request in the audit log: who asked for what about whom, and what came of it. No values, no names, no paths. */

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly request_id: string;
  readonly correlation_id: string;
  readonly principal_id: string | null;
  readonly client_id: string | null;
  readonly ip: string | null;
  readonly method: string;
  /** Template (`/v1/students/:studentId`); null when no route matched. */
  readonly route: string | null;
  /** The operation's id, or `none`. */
  readonly action: string;
  readonly subject_id: string | null;
  readonly subjects: readonly string[] | null;
  readonly decision: "allow" | "deny" | "error";
  /** The true reason, also where the caller was told less. */
  readonly reason: string | null;
  readonly status: number;
  readonly purpose: string | null;
  readonly fields: readonly string[] | null;
  readonly row_count: number | null;
  readonly version: string | null;
  readonly cache: "hit" | "miss" | "none";
  readonly duration_ms: number;
}

const COLUMNS = [
  ...[
    "id",
    "at",
    "request_id",
    "correlation_id",
    "principal_id",
    "client_id",
    "ip",
    "method",
    "route",
    "action",
    "subject_id",
  ],
  ...["subjects", "decision", "reason", "status", "purpose", "fields", "row_count", "version", "cache", "duration_ms"],
].join(", ");

/**
 * Any number of entries in one statement. An entry that is there already is left alone, so that a batch whose answer
 * was lost can be sent again.
 */
export const APPEND_AUDIT = {
  name: "audit_entries_append_v1",
  text: `
    insert into audit.audit_entries (${COLUMNS})
    select ${COLUMNS} from json_populate_recordset(null::audit.audit_entries, $1)
    on conflict do nothing`,
};

export function auditValues(entries: readonly AuditEntry[]): readonly [string] {
  return [JSON.stringify(entries)];
}
