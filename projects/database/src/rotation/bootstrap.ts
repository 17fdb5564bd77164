/**
 * First credentials of an environment: what is missing is made, what is there is left alone, so it may run any number
 * of times. A credential goes from here to Secrets Manager and to the service that checks it, and nowhere else:
 * neither the result nor a log line nor an error holds one.
 */
import type { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEnvironment } from "@records/contracts";
import type { Client } from "pg";
import { cacheUsers, setCachePasswords, type CacheUser } from "./cache-user.ts";
import { UNADOPTED } from "./client-secret.ts";
import { APP_LOGINS, createRoles, roleExists, setLogin, type AppLogin } from "./database-roles.ts";
import { connectAsMaster } from "./master-connection.ts";
import { nextSalt } from "./pseudonym-salt.ts";
import { newPassword, readCredential, readVersion, writeCurrent } from "./secret-values.ts";

export interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly cache: ElastiCacheClient;
}

/** Names only: this result is kept in the deployment's state. */
export interface BootstrapOutcome {
  /** Roles, schemas and extensions that this run made. */
  readonly created: readonly string[];
  /** Users and secrets that got their first value in this run. */
  readonly credentialsWritten: readonly string[];
  /** Extensions the database server does not have. */
  readonly unavailable: readonly string[];
}

export async function bootstrap(environment: RotationEnvironment, clients: Clients): Promise<BootstrapOutcome> {
  const database = await connectAsMaster(environment, clients.secrets);
  try {
    const { created, unavailable } = await createRoles(database);
    const logins: string[] = [];
    for (const login of APP_LOGINS) {
      if (await firstLogin(login, database, environment, clients.secrets)) logins.push(login.user);
    }
    const users: string[] = [];
    for (const user of cacheUsers(environment)) {
      if (await firstCacheCredential(user, clients)) users.push(user.userName);
    }
    const others = await firstOtherValues(environment, clients.secrets);
    const outcome = { created, credentialsWritten: [...logins, ...users, ...others], unavailable };
    process.stdout.write(`${JSON.stringify({ message: "bootstrap done", ...outcome })}\n`);
    return outcome;
  } finally {
    await database.end();
  }
}

/**
 * The role gets its password before the secret gets its value: a run that dies in between finds the secret still empty
 * and begins again, whereas a value without a password behind it would never be repaired.
 */
async function firstLogin(
  { user, secretVariable }: AppLogin,
  database: Client,
  environment: RotationEnvironment,
  secrets: SecretsManagerClient,
): Promise<boolean> {
  const secretArn = environment[secretVariable];
  const held = await readCredential(secrets, secretArn);
  if (held !== undefined) {
    // The secret outlived its database: the new database takes the password the applications have.
    if (!(await roleExists(database, user))) await setLogin(database, user, held.password);
    return false;
  }
  const password = newPassword();
  await setLogin(database, user, password);
  await writeCurrent(secrets, secretArn, {
    engine: "postgres",
    host: environment.DATABASE_PROXY_HOST,
    port: environment.DATABASE_PROXY_PORT,
    dbname: environment.DATABASE_NAME,
    username: user,
    password,
  });
  return true;
}

/** Same order as for a database login: the service first, then the secret. */
async function firstCacheCredential({ userId, userName, secretArn }: CacheUser, clients: Clients): Promise<boolean> {
  if ((await readCredential(clients.secrets, secretArn)) !== undefined) return false;
  const password = newPassword();
  await setCachePasswords(clients.cache, userId, [password]);
  await writeCurrent(clients.secrets, secretArn, { username: userName, password });
  return true;
}

/**
 * The salt begins with version 1. A client's secret says that it waits for its client: a schedule is set up on a secret
 * only when that has a value.
 */
async function firstOtherValues(environment: RotationEnvironment, secrets: SecretsManagerClient): Promise<string[]> {
  const first = [
    { name: "pseudonym salt", secretArn: environment.PSEUDONYM_SALT_SECRET_ARN, value: (): object => nextSalt() },
    ...environment.CLIENT_SECRET_ARNS.split(",").map((secretArn) => ({
      ...{ name: "place of a client", secretArn, value: (): object => UNADOPTED },
    })),
  ];
  const written: string[] = [];
  for (const { name, secretArn, value } of first) {
    if ((await readVersion(secrets, secretArn)) !== undefined) continue;
    await writeCurrent(secrets, secretArn, value());
    written.push(name);
  }
  return written;
}
