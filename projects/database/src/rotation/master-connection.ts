/** A connection as the cluster's master user, whose password RDS makes, keeps and rotates. */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEnvironment } from "@records/contracts";
import { Client } from "pg";
import { clusterTls } from "../cluster-tls.ts";
import { readCredential } from "./secret-values.ts";

/** Connected when it resolves; the caller ends it. */
export async function connectAsMaster(
  environment: Pick<RotationEnvironment, "DATABASE_HOST" | "DATABASE_PORT" | "DATABASE_NAME" | "MASTER_SECRET_ARN">,
  secrets: SecretsManagerClient,
): Promise<Client> {
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: database, MASTER_SECRET_ARN } = environment;
  const master = await readCredential(secrets, MASTER_SECRET_ARN);
  if (master === undefined) {
    throw new Error(`The master secret ${MASTER_SECRET_ARN} has no value; RDS writes it when it makes the cluster.`);
  }
  const client = new Client({
    host,
    port,
    database,
    user: master.username,
    password: master.password,
    ssl: clusterTls(host),
    application_name: "srs-rotation",
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
  } catch (error) {
    throw new Error(
      `No connection to ${host}:${port} as the master user: ${(error as Error).message}. ` +
        "Check that the cluster has an instance and that the function's security group may reach it.",
      { cause: error },
    );
  }
  return client;
}
