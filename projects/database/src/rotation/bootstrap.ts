/**
 * First credentials of an environment: what is missing is made, what is there is left alone, so it may run any number
 * of times. A credential goes from here to Secrets Manager and to the service that checks it, and nowhere else:
 * neither the result nor a log line nor an error holds one.
 */
import type { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RotationEnvironment } from "@records/contracts";
import type { Client } from "pg";
import { setCachePassword } from "./cache-user.ts";
import { APP_LOGINS, createRoles, roleExists, setLogin, type AppLogin } from "./database-roles.ts";
import { connectAsMaster } from "./master-connection.ts";
import { newPassword, readCredential, writeCredential } from "./secret-values.ts";

export interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly cache: ElastiCacheClient;
}

/** Names only: this result is kept in the deployment's state. */
export interface BootstrapOutcome {
  /** Roles, schemas and extensions that this run made. */
  readonly created: readonly string[];
  /** Users whose first credential this run wrote. */
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
    const outcome = { created, credentialsWritten: [...logins, ...users], unavailable };
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
  await writeCredential(secrets, secretArn, {
    engine: "postgres",
    host: environment.DATABASE_PROXY_HOST,
    port: environment.DATABASE_PROXY_PORT,
    dbname: environment.DATABASE_NAME,
    username: user,
    password,
  });
  return true;
}

interface CacheUser {
  readonly userId: string;
  readonly userName: string;
  readonly secretArn: string;
}

function cacheUsers(environment: RotationEnvironment): readonly CacheUser[] {
  return [
    { userName: "srs-api", userId: environment.CACHE_API_USER_ID, secretArn: environment.CACHE_API_SECRET_ARN },
    {
      userName: "srs-invalidator",
      userId: environment.CACHE_INVALIDATOR_USER_ID,
      secretArn: environment.CACHE_INVALIDATOR_SECRET_ARN,
    },
  ];
}

/** Same order as for a database login: the service first, then the secret. */
async function firstCacheCredential({ userId, userName, secretArn }: CacheUser, clients: Clients): Promise<boolean> {
  if ((await readCredential(clients.secrets, secretArn)) !== undefined) return false;
  const password = newPassword();
  await setCachePassword(clients.cache, userId, password);
  await writeCredential(clients.secrets, secretArn, { username: userName, password });
  return true;
}
