/**
 * Ends the service without a failed request (OPS-4): first it reports itself as going, so that no new work is sent
 * here; requests that still come are served; then the listener closes, what runs is finished, and the stores are let go.
 */
import type { FastifyInstance } from "fastify";
import type { Dependencies } from "./dependencies.ts";

export interface DrainOptions {
  /** How long requests on open connections are still taken. */
  readonly graceMs: number;
  /** Grace ends early after this long without a request: whoever sent them has gone elsewhere. */
  readonly quietMs: number;
}

export const DRAIN: DrainOptions = { graceMs: 5_000, quietMs: 2_000 };

export async function drain(
  app: FastifyInstance,
  deps: Dependencies,
  { graceMs, quietMs }: DrainOptions = DRAIN,
): Promise<void> {
  const startedAt = Date.now();
  let lastRequestAt = startedAt;
  app.server.on("request", (request) => {
    if (!request.url?.startsWith("/health/")) lastRequestAt = Date.now();
  });
  deps.health.drain();
  const over = () => Date.now() - startedAt >= graceMs || Date.now() - lastRequestAt >= quietMs;
  while (!over()) await new Promise((resolve) => setTimeout(resolve, 50));
  await app.close();
  await deps.close();
}
