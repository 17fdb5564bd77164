/**
 * Rotation of the two database logins. Both are known to the proxy under names that never change; a rotation gives
 * the idle one a new password, after which it has the newer one and the applications turn to it.
 */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEnvironment } from "@records/contracts";
import { Client } from "pg";
import { clusterTls } from "../cluster-tls.ts";
import { APP_LOGINS, setLogin, type AppLogin } from "./database-roles.ts";
import { loginInUse } from "./decisions.ts";
import { connectAsMaster, isLoginRefused } from "./master-connection.ts";
import { pollUntil } from "./poll.ts";
import { Credential, newPassword, parseValue, readVersion } from "./secret-values.ts";
import type { Rotator } from "./steps.ts";

/** A proxy learns of a new password by itself, and of a target that has just been registered, after a moment. */
const PROXY_WITHIN_MS = 20_000;
const CONNECT_WITHIN_MS = 5_000;

export function databaseLogin(
  environment: RotationEnvironment,
  secrets: SecretsManagerClient,
  login: AppLogin,
): Rotator {
  const secretArn = environment[login.secretVariable];
  const cluster = { host: environment.DATABASE_HOST, port: environment.DATABASE_PORT };
  const proxy = { host: environment.DATABASE_PROXY_HOST, port: environment.DATABASE_PROXY_PORT };
  const read = (text: string) => parseValue(Credential, text, secretArn);
  const logIn = (at: Place, value: string) => tryLogin(at, environment.DATABASE_NAME, read(value));

  return {
    async next(current) {
      await refuseInUse(environment, secrets, login);
      // Where the login leads to may have changed since the last time.
      return JSON.stringify({ ...read(current), ...proxy, password: newPassword() });
    },
    async set(next) {
      await refuseInUse(environment, secrets, login);
      const database = await connectAsMaster(environment, secrets);
      try {
        await setLogin(database, login.user, read(next).password);
      } finally {
        await database.end();
      }
    },
    async test(value, current) {
      await logIn(cluster, value);
      // The proxy compares with the current version until the label moves: a new password proves the way and the
      // server's name there, and is proved itself in the last step.
      await provedAtProxy(() => logIn(proxy, value), { mayBeRefused: value !== current });
    },
    finished: (value) => provedAtProxy(() => logIn(proxy, value), { mayBeRefused: false }),
  };
}

/** @throws naming the other secret: applications hold this login's password at the moment */
async function refuseInUse(environment: RotationEnvironment, secrets: SecretsManagerClient, login: AppLogin) {
  const versions = await Promise.all(
    APP_LOGINS.map(async ({ secretVariable }) => {
      const secretArn = environment[secretVariable];
      const version = await readVersion(secrets, secretArn);
      if (version === undefined) throw new Error(`The secret ${secretArn} has no value. Run the bootstrap.`);
      return version;
    }),
  );
  const inUse = APP_LOGINS[loginInUse(versions[0]!, versions[1]!) === "a" ? 0 : 1]!;
  if (inUse.user !== login.user) return;
  const idle = APP_LOGINS.find(({ user }) => user !== login.user)!;
  throw new Error(
    `${login.user} is the login that the applications use: its password is the newer one, and a rotation changes the ` +
      `idle login only. Rotate ${environment[idle.secretVariable]} first; this secret may follow at once.`,
  );
}

interface Place {
  readonly host: string;
  readonly port: number;
}

async function tryLogin({ host, port }: Place, database: string, { username, password }: Credential): Promise<void> {
  const client = new Client({
    ...{ host, port, database, user: username, password, ssl: clusterTls(host) },
    ...{ application_name: "srs-rotation", connectionTimeoutMillis: CONNECT_WITHIN_MS },
  });
  try {
    await client.connect();
    await client.query("select 1");
  } catch (error) {
    throw new Error(`No login as ${username} at ${host}:${port}: ${(error as Error).message}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function provedAtProxy(logIn: () => Promise<void>, { mayBeRefused }: { mayBeRefused: boolean }): Promise<void> {
  await pollUntil(PROXY_WITHIN_MS, async () => {
    try {
      await logIn();
      return undefined;
    } catch (error) {
      return mayBeRefused && isLoginRefused((error as Error).cause) ? undefined : (error as Error);
    }
  });
}
