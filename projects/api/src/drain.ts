/**
 * Ends the service without a failed request (OPS-4): first it reports itself as going, so that no new work is sent
 * here; requests that still come are served; then the listener closes, what runs is finished, and the stores are let go.
 */
import { once } from "node:events";
import { Server } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Dependencies } from "./dependencies.ts";

export interface DrainOptions {
  /** How long requests on open connections are still taken. */
  readonly graceMs: number;
  /** Grace ends early after this long without a request: whoever sent them has gone elsewhere. */
  readonly quietMs: number;
}

export const DRAIN: DrainOptions = { graceMs: 5_000, quietMs: 2_000 };

/** For connections that were made just before the listener closed and have not said yet what they want. */
const LAST_WORDS_MS = 500;

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
  while (!over()) await pause(50);
  await stopListening(app);
  await app.close();
  await deps.close();
}

/**
 * Closes the listener alone and waits for the connections. The HTTP server's own close would first hang up on those
 * that are idle at that moment, and with them on a request that is just on its way.
 */
async function stopListening(app: FastifyInstance): Promise<void> {
  if (!app.server.listening) return;
  const closed = once(app.server, "close");
  Server.prototype.close.call(app.server);
  await Promise.race([closed, pause(LAST_WORDS_MS)]);
  app.server.closeIdleConnections();
  await closed;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
