/** The relay process: read the environment, carry events until told to stop, let go with grace. */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { readEnvironment, RelayEnvironment } from "@records/contracts";
import { Secret } from "../aws/secrets.ts";
import { connect } from "../database/connect.ts";
import { AlternatingLogins, DatabaseLogin } from "../database/logins.ts";
import { Metrics, toStandardOutput } from "../metrics/metrics.ts";
import { describeError } from "../plugins/app/describe-error.ts";
import { runRelay } from "./relay.ts";
import { KinesisStream } from "./stream.ts";

async function main(): Promise<void> {
  const environment = readEnvironment(RelayEnvironment, process.env);
  const secrets = new SecretsManagerClient({ maxAttempts: 3 });
  const logins = new AlternatingLogins(
    [environment.DATABASE_SECRET_ARN_A, environment.DATABASE_SECRET_ARN_B].map(
      (arn) => new Secret(secrets, arn, DatabaseLogin),
    ),
  );
  const endpoint = {
    host: environment.DATABASE_HOST,
    port: environment.DATABASE_PORT,
    database: environment.DATABASE_NAME,
    tls: true,
  };
  const metrics = new Metrics({ environment: environment.ENVIRONMENT, write: toStandardOutput }).start();
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  log("info", "relay-started", { environment: environment.ENVIRONMENT });
  await runRelay(
    {
      connect: () => connect(endpoint, logins, "srs-relay"),
      stream: new KinesisStream(environment.STREAM_NAME),
      report: (what, { err, ...facts }) =>
        log(
          what === "relay-lanes" ? "info" : "warn",
          what,
          err === undefined ? facts : { ...facts, error: describeError(err) },
        ),
      measured: ({ rows, oldestSeconds }) => {
        metrics.observe("outboxRows", rows, { process: "relay" });
        metrics.observe("outboxAge", oldestSeconds, { process: "relay" });
      },
    },
    stop.signal,
  );
  metrics.stop();
  log("info", "relay-stopped", {});
}

function log(level: string, message: string, facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...facts, msg: message })}\n`);
}

main().catch((error: unknown) => {
  // Before the first event is read there is no student data an error could quote.
  log("fatal", error instanceof Error ? error.message : "The relay ended.", { error: describeError(error) });
  process.exitCode = 1;
});
