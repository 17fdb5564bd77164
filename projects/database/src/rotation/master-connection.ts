/** A connection as the cluster's master user, whose password RDS makes, keeps and rotates. */
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEnvironment } from "@records/contracts";
import { Client } from "pg";
import { clusterTls } from "../cluster-tls.ts";
import { pollUntil } from "./poll.ts";
import { Credential, parseValue } from "./secret-values.ts";

/** How long a refused master password is looked up again. */
const REFUSED_FOR_MS = 10_000;

const LOGIN_REFUSED = ["28P01", "28000"];

export function isLoginRefused(error: unknown): boolean {
  return LOGIN_REFUSED.includes((error as { code?: string } | undefined)?.code ?? "");
}

type MasterEnvironment = Pick<
  RotationEnvironment,
  "DATABASE_HOST" | "DATABASE_PORT" | "DATABASE_NAME" | "MASTER_SECRET_ARN"
>;

/** Connected when it resolves; the caller ends it. */
export async function connectAsMaster(environment: MasterEnvironment, secrets: SecretsManagerClient): Promise<Client> {
  const { DATABASE_HOST: host, DATABASE_PORT: port } = environment;
  let connected: Client | undefined;
  // RDS changes the password first and the secret a moment later: a refusal may be over with the next look.
  await pollUntil(REFUSED_FOR_MS, async () => {
    try {
      connected = await connectOnce(environment, secrets);
      return undefined;
    } catch (error) {
      const reason = new Error(
        `No connection to ${host}:${port} as the master user: ${(error as Error).message}. ` +
          "Check that the cluster has an instance and that the function's security group may reach it.",
        { cause: error },
      );
      if (isLoginRefused(error)) return reason;
      throw reason;
    }
  });
  return connected!;
}

async function connectOnce(environment: MasterEnvironment, secrets: SecretsManagerClient): Promise<Client> {
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: database, MASTER_SECRET_ARN } = environment;
  // RDS wrote it when it made the cluster, so it has a value.
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: MASTER_SECRET_ARN }));
  const master = parseValue(Credential, SecretString, MASTER_SECRET_ARN);
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
  await client.connect();
  return client;
}
