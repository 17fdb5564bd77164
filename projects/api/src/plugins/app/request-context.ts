/** What the service knows of a request from its first moment: ids, and the facts that end in log line and audit entry. */
import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { v7 as uuidv7 } from "uuid";
import type { AuditEntry } from "../../audit/entry.ts";
import type { Caller, OperationFacts, Request } from "../../caller.ts";
import type { CacheFence } from "../../repositories/party-agreements.ts";

export interface RequestContext {
  readonly startedAt: number;
  readonly correlationId: string;
  readonly traceparent: string | undefined;
  readonly facts: OperationFacts;
  /** From a token that verified, even if the request was refused later. */
  clientId?: string;
  principalId?: string;
  purpose?: string;
  /** True reason of a refusal or failure. */
  reason?: string;
  caller?: Caller;
  fence?: CacheFence;
  /** The entry is durable already, in the transaction of the change, or cannot be: the last hook leaves it alone. */
  audited: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    context: RequestContext;
  }
  interface FastifyContextConfig {
    /** Scope an operation needs, without the issuer's prefix. */
    scope?: string;
  }
}

const CORRELATION_ID = /^[A-Za-z0-9._-]{8,64}$/;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export function requestContext(app: FastifyInstance): void {
  app.decorateRequest("context");
  app.addHook("onRequest", (request, reply, done) => {
    const correlationId = request.headers["x-correlation-id"];
    const traceparent = request.headers.traceparent;
    request.context = {
      startedAt: performance.now(),
      correlationId:
        typeof correlationId === "string" && CORRELATION_ID.test(correlationId) ? correlationId : request.id,
      traceparent: typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? traceparent : undefined,
      facts: { cache: "none" },
      audited: false,
    };
    reply.headers({
      "x-request-id": request.id,
      "x-correlation-id": request.context.correlationId,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=63072000; includeSubDomains",
    });
    done();
  });
}

/** For an operation: it runs only after the hooks that set caller and fence. */
export function operationRequest(request: FastifyRequest): Request {
  const { caller, fence, correlationId, traceparent, facts } = request.context;
  if (caller === undefined || fence === undefined) throw new Error("An operation ran before authorization.");
  return { caller, fence, correlationId, traceparent, facts };
}

export function decisionOf(status: number): AuditEntry["decision"] {
  if (status < 400) return "allow";
  return status === 401 || status === 403 || status === 404 ? "deny" : "error";
}

export function durationMs(context: RequestContext): number {
  return Math.round((performance.now() - context.startedAt) * 1000) / 1000;
}

export function auditEntryOf(request: FastifyRequest, status: number): AuditEntry {
  const { context } = request;
  const { facts } = context;
  const allowed = status < 400;
  const { config, schema } = request.routeOptions;
  return {
    id: uuidv7(),
    at: new Date().toISOString(),
    request_id: request.id,
    correlation_id: context.correlationId,
    principal_id: context.principalId ?? null,
    client_id: context.clientId ?? null,
    // Behind two hops the address is what a header says: kept only if it is one.
    ip: isIP(request.ip) === 0 ? null : request.ip,
    method: request.method,
    route: request.is404 ? null : (config.url ?? null),
    action: schema?.operationId ?? "none",
    subject_id: facts.subjectId ?? null,
    subjects: facts.subjects ?? null,
    decision: decisionOf(status),
    reason: allowed ? null : (context.reason ?? null),
    status,
    purpose: context.purpose ?? null,
    fields: allowed ? (facts.fields ?? null) : null,
    row_count: allowed ? (facts.rowCount ?? null) : null,
    version: allowed ? (facts.version ?? null) : null,
    cache: facts.cache,
    duration_ms: durationMs(context),
  };
}
