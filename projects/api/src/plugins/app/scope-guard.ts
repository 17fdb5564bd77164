/** What the caller may do at all: the operation's scope, granted by token and agreement, before any record is read. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "../../caller.ts";
import type { Reader } from "../../database/reader.ts";
import {
  AGREEMENT_INACTIVE,
  INSUFFICIENT_SCOPE,
  NOT_ACCEPTABLE,
  PURPOSE_NOT_ALLOWED,
  Refusal,
} from "../../problems/catalogue.ts";
import { findAgreement, type Agreement } from "../../repositories/party-agreements.ts";

export function scopeGuard(app: FastifyInstance, primary: Reader): void {
  // A route that forgets its scope would be open to every token: it does not come into being.
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.scope === undefined)
      throw new Error(`Route ${String(method)} ${url} declares no config.scope; every route under /v1 needs one.`);
  });
  app.addHook("onRequest", async (request) => {
    const { context } = request;
    const requiredScope = request.is404 ? undefined : request.routeOptions.config.scope;
    requireScope(requiredScope, request.tokenScopes, "scope-not-in-token");
    const { agreement, fence } = await findAgreement(primary, context.clientId!);
    if (!agreement?.inForce) throw new Refusal(AGREEMENT_INACTIVE, { reason: inactiveReason(agreement) });
    const scopes = request.tokenScopes.filter((scope) => agreement.scopes.includes(scope));
    requireScope(requiredScope, scopes, "scope-not-in-agreement");
    const purpose = purposeOf(request, agreement);
    requireAcceptable(request);
    context.purpose = purpose;
    context.fence = fence;
    context.caller = callerOf(request, agreement, scopes, purpose);
  });
}

function callerOf(
  { context }: FastifyRequest,
  agreement: Agreement,
  scopes: readonly string[],
  purpose: string,
): Caller {
  const { clientId, principalId } = context;
  return { clientId: clientId!, principalId: principalId!, scopes, campusIds: agreement.campusIds, purpose };
}

function requireScope(requiredScope: string | undefined, granted: readonly string[], reason: string): void {
  if (requiredScope === undefined || granted.includes(requiredScope)) return;
  throw new Refusal(INSUFFICIENT_SCOPE, { reason, members: { requiredScope } });
}

/** The one the caller names, or the only one there is (AUTHZ-2). */
function purposeOf(request: FastifyRequest, { purposes }: Agreement): string {
  const named = request.headers["x-purpose"];
  const purpose = named ?? (purposes.length === 1 ? purposes[0] : undefined);
  if (typeof purpose === "string" && purposes.includes(purpose)) return purpose;
  throw new Refusal(PURPOSE_NOT_ALLOWED, {
    reason: named === undefined ? "purpose-missing" : "purpose-not-in-agreement",
  });
}

const OFFERED = ["application/json", "application/*", "*/*"];

function requireAcceptable(request: FastifyRequest): void {
  const { accept } = request.headers;
  if (accept === undefined) return;
  const accepted = accept.split(",").map((range) => range.trim().toLowerCase());
  const offers = accepted.some(
    (range) => OFFERED.includes(range.split(";")[0]!.trim()) && !/;\s*q=0(\.0*)?$/.test(range),
  );
  if (!offers) throw new Refusal(NOT_ACCEPTABLE);
}

/** An agreement may be active on paper after its last day. */
function inactiveReason(agreement: Agreement | undefined): string {
  if (agreement === undefined) return "agreement-missing";
  return `agreement-${agreement.state === "active" ? "expired" : agreement.state}`;
}
