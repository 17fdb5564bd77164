/** The process: read the environment, make a key pair, listen, close with grace. */
import { ApiEnvironment, readEnvironment } from "@records/contracts";
import type { FastifyInstance } from "fastify";
import { generate } from "selfsigned";
import { buildApp } from "./app.ts";
import { makeDependencies, surroundingsOf } from "./dependencies.ts";
import { drain } from "./drain.ts";
import { Metrics, toStandardOutput } from "./metrics/metrics.ts";
import { loggerOptions } from "./plugins/app/request-log.ts";

/** The platform kills the task after 60 s; a shutdown that takes longer than this will not end by itself. */
const SHUTDOWN_LIMIT_MS = 25_000;
/** A cache that is away fails every request: one line in ten seconds says so. */
const FAILURE_LOG_EVERY_MS = 10_000;

async function main(): Promise<void> {
  const environment = readEnvironment(ApiEnvironment, process.env);
  const started: { app?: FastifyInstance } = {};
  let loggedAt = 0;
  const onFailure = (what: string, error: unknown) => {
    if (Date.now() - loggedAt < FAILURE_LOG_EVERY_MS) return;
    loggedAt = Date.now();
    started.app?.log.warn({ err: error }, what);
  };
  const [surroundings, tls] = await Promise.all([surroundingsOf(environment, onFailure), makeKeyPair()]);
  const metrics = new Metrics({ environment: environment.ENVIRONMENT, write: toStandardOutput }).start();
  const deps = makeDependencies({ ...surroundings, metrics });
  const app = await buildApp(deps, { logger: loggerOptions(environment.LOG_LEVEL, environment.ENVIRONMENT), tls });
  started.app = app;
  await deps.health.start();
  await app.listen({ host: "0.0.0.0", port: environment.PORT });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(app, deps));
}

async function stop(app: FastifyInstance, deps: ReturnType<typeof makeDependencies>): Promise<void> {
  const limit = setTimeout(() => {
    app.log.error("shutdown-limit");
    process.exit(1);
  }, SHUTDOWN_LIMIT_MS);
  await drain(app, deps);
  clearTimeout(limit);
  app.log.info("stopped");
}

/**
 * Encrypts the way from the load balancer, which does not check a target's certificate: the network says who may
 * connect. New at every start, in memory only.
 */
async function makeKeyPair(): Promise<{ key: string; cert: string }> {
  const pair = await generate([{ name: "commonName", value: "api" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
  });
  return { key: pair.private, cert: pair.cert };
}

main().catch((error: unknown) => {
  // Nothing has been served yet: the message is about the surroundings, and it is what an operator needs.
  process.stderr.write(`${JSON.stringify({ level: "fatal", msg: messageOf(error) })}\n`);
  process.exitCode = 1;
});

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "The service could not start.";
  return error.cause === undefined ? error.message : `${error.message} (${messageOf(error.cause)})`;
}
