/** Every refusal the API makes: one entry feeds the reply, the OpenAPI document and the tests. */

/** Where the pages that explain a problem are. */
const PROBLEM_PAGES = "https://errors.records.example.edu/";

export interface Problem {
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  /** Fixed text: what to do next. Never a value of the request, never student data. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const MALFORMED_REQUEST: Problem = {
  slug: "malformed-request",
  status: 400,
  title: "The request cannot be read",
  detail: "Send a well-formed JSON body and well-formed headers.",
};
export const INVALID_QUERY: Problem = {
  slug: "invalid-query",
  status: 400,
  title: "A query parameter is unknown or not allowed",
  detail: "Remove or correct the parameter named in `parameter`.",
};
export const INVALID_CURSOR: Problem = {
  slug: "invalid-cursor",
  status: 400,
  title: "The cursor cannot be used",
  detail: "Start again from the first page. A cursor is good for one client, one query and 24 hours.",
};
export const UNAUTHENTICATED: Problem = {
  slug: "unauthenticated",
  status: 401,
  title: "No valid access token",
  detail: "Get an access token from the issuer and send it as a bearer token.",
  headers: { "www-authenticate": 'Bearer error="invalid_token"' },
};
export const INSUFFICIENT_SCOPE: Problem = {
  slug: "insufficient-scope",
  status: 403,
  title: "The token lacks a scope",
  detail: "Ask for a token with the scope named in `requiredScope`; the agreement must grant it too.",
};
export const AGREEMENT_INACTIVE: Problem = {
  slug: "agreement-inactive",
  status: 403,
  title: "No agreement is in force for this client",
  detail: "Ask the institution's registrar about the state of the agreement.",
};
export const PURPOSE_NOT_ALLOWED: Problem = {
  slug: "purpose-not-allowed",
  status: 403,
  title: "The purpose is not one of the agreement's",
  detail: "Name one of the agreement's purposes in the X-Purpose header.",
};
export const FIELD_NOT_WRITABLE: Problem = {
  slug: "field-not-writable",
  status: 403,
  title: "A field may be read but not changed",
  detail: "Leave out the fields listed in `errors`.",
};
export const NOT_FOUND: Problem = {
  slug: "not-found",
  status: 404,
  title: "There is nothing here for this caller",
  detail: "Check the address. What lies outside the caller's agreement answers in the same way.",
};
export const NOT_ACCEPTABLE: Problem = {
  slug: "not-acceptable",
  status: 406,
  title: "None of the accepted media types is offered",
  detail: "Accept application/json.",
};
export const CONFLICT: Problem = {
  slug: "conflict",
  status: 409,
  title: "It exists already",
  detail: "Read what exists and change that instead.",
};
export const ILLEGAL_TRANSITION: Problem = {
  slug: "illegal-transition",
  status: 409,
  title: "The present state does not allow this",
  detail: "See `from` for the state and `allowed` for the states in which it can be done.",
};
export const PRECONDITION_FAILED: Problem = {
  slug: "precondition-failed",
  status: 412,
  title: "It changed after it was read",
  detail: "Read it again, reapply the change, and send the new ETag in If-Match.",
};
export const PAYLOAD_TOO_LARGE: Problem = {
  slug: "payload-too-large",
  status: 413,
  title: "The body is too large",
  detail: "Send at most `limitBytes` bytes.",
};
export const UNSUPPORTED_MEDIA_TYPE: Problem = {
  slug: "unsupported-media-type",
  status: 415,
  title: "The body's media type is not accepted here",
  detail: "Send one of the types in the Accept-Patch or Accept header of this reply.",
};
export const VALIDATION: Problem = {
  slug: "validation",
  status: 422,
  title: "The body breaks a rule",
  detail: "Correct the places listed in `errors`.",
};
export const PRECONDITION_REQUIRED: Problem = {
  slug: "precondition-required",
  status: 428,
  title: "If-Match is missing",
  detail: "Read the record and send its ETag in If-Match, so that no one else's change is lost.",
};
export const INTERNAL: Problem = {
  slug: "internal",
  status: 500,
  title: "Something went wrong here",
  detail: "Try again later; if it stays, report the request id.",
};
export const AUDIT_UNAVAILABLE: Problem = {
  slug: "audit-unavailable",
  status: 503,
  title: "The audit log cannot be written",
  detail: "Nothing was disclosed or changed. Try again.",
  headers: { "retry-after": "2" },
};
export const DATABASE_UNAVAILABLE: Problem = {
  slug: "database-unavailable",
  status: 503,
  title: "The database cannot be reached",
  detail: "Try again.",
  headers: { "retry-after": "5" },
};

export const catalogue: readonly Problem[] = [
  ...[MALFORMED_REQUEST, INVALID_QUERY, INVALID_CURSOR, UNAUTHENTICATED, INSUFFICIENT_SCOPE, AGREEMENT_INACTIVE],
  ...[PURPOSE_NOT_ALLOWED, FIELD_NOT_WRITABLE, NOT_FOUND, NOT_ACCEPTABLE, CONFLICT, ILLEGAL_TRANSITION],
  ...[PRECONDITION_FAILED, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, VALIDATION, PRECONDITION_REQUIRED],
  ...[INTERNAL, AUDIT_UNAVAILABLE, DATABASE_UNAVAILABLE],
];

/** One broken rule: where, which, and what would be right. Never the rejected value. */
export interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly code: string;
  readonly message: string;
}

export interface ProblemOptions {
  /** The true reason, for the audit log; defaults to the slug. Never student data. */
  readonly reason?: string;
  /** Members the catalogue lists for this problem: `requiredScope`, `errors`, `from` ... */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal on its way to the caller. Two voices: the catalogue speaks to the caller, `reason` to the audit log. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly reason: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, options: ProblemOptions = {}) {
    super(problem.slug, { cause: options.cause });
    this.name = "Refusal";
    this.problem = problem;
    this.reason = options.reason ?? problem.slug;
    this.members = options.members ?? {};
    this.headers = { ...problem.headers, ...options.headers };
  }
}

export function validationRefusal(faults: readonly Fault[]): Refusal {
  return new Refusal(VALIDATION, { members: { errors: faults.slice(0, 50) } });
}

/** The reply's body: RFC 9457, with the request's id as the instance. */
export function problemBody(problem: Problem, members: Readonly<Record<string, unknown>>, requestId: string): string {
  const { slug, title, status, detail } = problem;
  return JSON.stringify({
    type: PROBLEM_PAGES + slug,
    title,
    status,
    detail,
    instance: `urn:uuid:${requestId}`,
    ...members,
  });
}
