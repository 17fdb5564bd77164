/**
 * What a token may say, and what each operation asks for: one table for the gateway's body, the service's routes and the
 * user pool's resource servers. A scope opens an operation and shows no record by itself.
 */

/** Scopes of the records API (api.md, AUTHZ-6); a token carries them behind the resource server's identifier. */
export const SCOPES = [
  ...["students.read", "students.write", "students.history", "restricted.read", "restricted.write", "directory.read"],
  ...["advising.write", "academics.read", "academics.write", "academics.records.read", "rosters.read"],
  ...["enrollments.read", "enrollments.write", "grades.read", "grades.write", "grades.post", "grades.approve"],
  ...["gradebook.read", "gradebook.write", "attendance.read", "attendance.write", "holds.read", "holds.write"],
  ...["transcripts.read", "batch.write", "import.write", "changes.read", "webhooks.manage", "privacy.self"],
  ...["privacy.manage", "policy.manage", "agreements.manage", "disclosures.read", "disclosures.write"],
  ...["emergency.invoke", "emergency.review", "retention.manage", "retention.approve", "export.deidentified"],
  ...["audit.read", "sessions.self", "sessions.manage"],
] as const;
export type Scope = (typeof SCOPES)[number];

/** `<METHOD> <path>` as the service's OpenAPI document writes it, and the scope that the operation asks for. */
export const OPERATION_SCOPES: Readonly<Record<string, Scope>> = {
  "GET /v1/students": "students.read",
  "GET /v1/students/{studentId}": "students.read",
  "PATCH /v1/students/{studentId}": "students.write",
  "POST /v1/enrollments/{enrollmentId}/grade": "grades.write",
};

/** The scopes of OneRoster 1.2, under the names that the standard gives them. */
export const ONEROSTER = {
  identifier: "https://purl.imsglobal.org/spec/or/v1p2/scope",
  scopes: [
    "roster-core.readonly",
    "roster.readonly",
    "roster-demographics.readonly",
    "gradebook-core.readonly",
    "gradebook.readonly",
    "gradebook.createput",
    "gradebook.createpost",
    "gradebook.delete",
  ],
} as const;
