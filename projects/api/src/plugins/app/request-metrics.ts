/** What is measured of each request, from the same facts as its log line. */
import type { FastifyInstance } from "fastify";
import type { Metrics } from "../../metrics/metrics.ts";
import { decisionOf, durationMs } from "./request-context.ts";

export function requestMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { context } = request;
    const { url } = request.routeOptions.config;
    // Probes are quick and many: they would make every percentile look good.
    if (url?.startsWith("/health/")) return done();
    const route = request.is404 || url === undefined ? "none" : url;
    const { cache, rowCount = 0 } = context.facts;
    const status = reply.statusCode;
    metrics.observe("requestDuration", durationMs(context) / 1000, { cache, route });
    metrics.observe("decisions", 1, { effect: decisionOf(status) });
    if (cache !== "none") metrics.observe("cacheRequests", 1, { outcome: cache });
    if (status === 401 || status === 403) metrics.observe("refusedCalls", 1, { client: context.clientId ?? "unknown" });
    if (status < 400 && rowCount > 0) metrics.observe("disclosedRecords", rowCount, { route });
    if (context.reason === "audit-unavailable") metrics.observe("auditUnavailable", 1, { process: "api" });
    done();
  });
}
