/** Probes of the platform: not part of the API, and nothing a caller of it can reach. */
import type { FastifyInstance } from "fastify";
import type { Health } from "../health.ts";
import { notFound } from "../plugins/app/problems.ts";

export function health(app: FastifyInstance, state: Health): void {
  app.get("/health/live", { schema: { hide: true } }, (_request, reply) =>
    reply.code(state.live ? 200 : 503).send({ status: state.live ? "ok" : "draining" }),
  );
  app.get("/health/ready", { schema: { hide: true } }, (request, reply) => {
    // The load balancer's own checks carry no such header; whatever came through the gateway does.
    if (request.headers["x-forwarded-for"] !== undefined) return notFound(request, reply);
    const report = state.report();
    return reply.code(report.status === "fail" ? 503 : 200).send(report);
  });
}
