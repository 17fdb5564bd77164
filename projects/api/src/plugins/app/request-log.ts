/** One line a request, from one place, made of named facts: never a path, a query, a body, a name or a token (OPS-7). */
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import { describeError } from "./describe-error.ts";
import { decisionOf, durationMs } from "./request-context.ts";

export function requestLog(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { context } = request;
    const { url } = request.routeOptions.config;
    // Probes come every few seconds for as long as the task lives.
    const level = url?.startsWith("/health/") ? "debug" : "info";
    request.log[level](
      {
        correlationId: context.correlationId,
        route: request.is404 ? undefined : url,
        method: request.method,
        status: reply.statusCode,
        durationMs: durationMs(context),
        clientId: context.clientId,
        principalId: context.principalId,
        decision: decisionOf(reply.statusCode),
        reason: context.reason,
        cache: context.facts.cache,
      },
      "request",
    );
    done();
  });
}

const LOGGED = new Set([
  ...["requestId", "correlationId", "route", "method", "status", "durationMs", "clientId", "principalId", "decision"],
  ...["reason", "cache", "error", "environment", "port", "what"],
]);

/** Whatever the framework or a colleague passes to the logger, only what is on the list gets out. */
export function loggerOptions(
  level: string,
  environment: string,
  stream?: NodeJS.WritableStream,
): FastifyServerOptions["logger"] {
  return {
    level,
    base: { environment },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (object: Record<string, unknown>) => {
        const kept = Object.fromEntries(Object.entries(object).filter(([name]) => LOGGED.has(name)));
        return object.err === undefined ? kept : { ...kept, error: describeError(object.err) };
      },
    },
    hooks: {
      // Given an error and no text, the logger would print the error's own message, which may quote a value.
      logMethod(args: unknown[], method: (...args: unknown[]) => void) {
        const [first, text] = args;
        if (first instanceof Error) method.call(this, { err: first }, typeof text === "string" ? text : "error");
        else if (typeof first === "object" && first !== null && text === undefined) method.call(this, first, "event");
        else if (typeof first === "string") method.call(this, first);
        else method.call(this, first, text);
      },
    },
    ...(stream === undefined ? {} : { stream }),
  };
}
