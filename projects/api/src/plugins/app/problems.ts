/** Turns whatever went wrong into a reply of the catalogue. Nothing of the error itself reaches the caller. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AuditUnavailable } from "../../audit/audit-log.ts";
import { isDatabaseUnavailable } from "../../database/unavailable.ts";
import {
  AUDIT_UNAVAILABLE,
  DATABASE_UNAVAILABLE,
  INTERNAL,
  INVALID_QUERY,
  MALFORMED_REQUEST,
  NOT_FOUND,
  PAYLOAD_TOO_LARGE,
  problemBody,
  Refusal,
  UNSUPPORTED_MEDIA_TYPE,
  validationRefusal,
  type Fault,
} from "../../problems/catalogue.ts";

export const BODY_BYTES_MAX = 1024 * 1024;

export function problems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error, request);
    request.context.reason ??= refusal.reason;
    // The log is what is out of order: a second wait for it would only make the caller wait.
    if (refusal.problem === AUDIT_UNAVAILABLE) request.context.audited = true;
    if (refusal.problem.status >= 500) request.log.error({ err: error }, refusal.problem.slug);
    return sendProblem(request, reply, refusal);
  });
}

/** For the place where no route is. A caller without a valid token gets there only with a 401. */
export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.context.reason ??= "no-such-route";
  return sendProblem(request, reply, new Refusal(NOT_FOUND));
}

/** Headers that belong to the reply that did not come to be, be it a success or another problem. */
const OF_ANOTHER_REPLY = [
  ...["etag", "x-cache", "location", "link", "content-length"],
  ...["www-authenticate", "accept", "accept-patch", "retry-after"],
];

export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.send(writeProblem(request, reply, refusal));
}

export function writeProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, members, headers }: Refusal,
): string {
  for (const name of OF_ANOTHER_REPLY) reply.removeHeader(name);
  reply.code(problem.status).headers(headers).type("application/problem+json; charset=utf-8");
  return problemBody(problem, members, request.id);
}

function refusalOf(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof AuditUnavailable) return new Refusal(AUDIT_UNAVAILABLE, { cause: error });
  if (error.validation !== undefined) return shapeRefusalOf(error);
  if (isDatabaseUnavailable(error)) return new Refusal(DATABASE_UNAVAILABLE, { cause: error });
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new Refusal(UNSUPPORTED_MEDIA_TYPE, { headers: acceptedTypes(request) });
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Refusal(PAYLOAD_TOO_LARGE, { members: { limitBytes: BODY_BYTES_MAX } });
    default:
  }
  const unreadable = error.statusCode === 400 || (error.code ?? "").startsWith("FST_ERR_CTP_");
  return new Refusal(unreadable ? MALFORMED_REQUEST : INTERNAL, { cause: error });
}

function acceptedTypes(request: FastifyRequest): Record<string, string> {
  return request.method === "PATCH"
    ? { "accept-patch": "application/merge-patch+json" }
    : { accept: "application/json" };
}

/** What a request breaks of its schema, in the words of the catalogue. A malformed path names nothing that exists. */
export function shapeRefusalOf(error: FastifyError): Refusal {
  const faults = (error.validation ?? []) as readonly ShapeFault[];
  switch (error.validationContext) {
    case "querystring": {
      const [first] = faults;
      const parameter = first === undefined ? "" : placeOf(first).slice(1).split("/")[0];
      return new Refusal(INVALID_QUERY, { members: { parameter } });
    }
    case "params":
      return new Refusal(NOT_FOUND, { reason: "malformed-id" });
    case "body":
      return validationRefusal(bodyFaults(faults));
    case "headers":
    case undefined:
      return new Refusal(MALFORMED_REQUEST);
  }
}

interface ShapeFault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: {
    readonly requiredProperties?: readonly string[];
    readonly additionalProperties?: readonly string[];
  };
  readonly message?: string;
}

function placeOf({ instancePath, keyword, params }: ShapeFault): string {
  const [missing] = params.requiredProperties ?? [];
  const [unknown] = params.additionalProperties ?? [];
  if (keyword === "required" && missing !== undefined) return `${instancePath}/${missing}`;
  if (keyword === "additionalProperties" && unknown !== undefined) return `${instancePath}/${unknown}`;
  return instancePath;
}

/** One fault a place: alternatives of a union would each complain. The validator's words name rules, not values. */
function bodyFaults(faults: readonly ShapeFault[]): Fault[] {
  const byPointer = new Map<string, Fault>();
  // An unknown field is reported twice, once as a field that may not be: the name of the rule comes second.
  for (const fault of faults.toSorted((one, other) => rank(one) - rank(other))) {
    const pointer = placeOf(fault);
    if (byPointer.has(pointer)) continue;
    const unknown = fault.keyword === "additionalProperties" || fault.keyword === "boolean";
    byPointer.set(pointer, {
      pointer,
      code: unknown ? "unknown-field" : fault.keyword,
      message: unknown ? "There is no such field." : (fault.message ?? "breaks a rule"),
    });
  }
  return [...byPointer.values()];
}

function rank({ keyword }: ShapeFault): number {
  return keyword === "anyOf" || keyword === "const" ? 1 : 0;
}
