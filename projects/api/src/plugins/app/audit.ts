/** The last step before any reply under /v1 leaves: its entry is durable, or the reply is 503 and says nothing (AUD-1, AUD-2). */
import type { FastifyInstance } from "fastify";
import { AuditUnavailable, type AuditLog } from "../../audit/audit-log.ts";
import { AUDIT_UNAVAILABLE, Refusal } from "../../problems/catalogue.ts";
import { writeProblem } from "./problems.ts";
import { auditEntryOf } from "./request-context.ts";

export function audit(app: FastifyInstance, auditLog: AuditLog): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const { context } = request;
    if (context.audited) return payload;
    context.audited = true;
    try {
      // Awaited before the reply. Sending first would save microseconds, and a crash in between would leave a
      // disclosure that nobody recorded (34 CFR 99.32).
      await auditLog.append(auditEntryOf(request, reply.statusCode));
      return payload;
    } catch (error) {
      if (!(error instanceof AuditUnavailable)) throw error;
      context.reason = "audit-unavailable";
      request.log.error({ err: error.cause }, "audit-unavailable");
      return writeProblem(request, reply, new Refusal(AUDIT_UNAVAILABLE));
    }
  });
}
