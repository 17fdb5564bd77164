/** Lambda function `rotation`: the one place where credentials are made and changed. */
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { RotationEnvironment, readEnvironment } from "@records/contracts";
import { adoptClient } from "./adopt-client.ts";
import { bootstrap } from "./bootstrap.ts";
import { cacheUser, cacheUsers } from "./cache-user.ts";
import { clientSecret, retireClientSecrets } from "./client-secret.ts";
import { databaseLogin } from "./database-login.ts";
import { APP_LOGINS } from "./database-roles.ts";
import { pseudonymSalt } from "./pseudonym-salt.ts";
import { runStep, STEPS, type Rotator, type StepEvent } from "./steps.ts";

/** An operation from a deployment or a schedule, or a step as Secrets Manager sends it. */
export type RotationEvent = Partial<StepEvent> & { readonly operation?: string };

interface Clients {
  readonly secrets: SecretsManagerClient;
  readonly cache: ElastiCacheClient;
  readonly identity: CognitoIdentityProviderClient;
  readonly gateway: APIGatewayClient;
}

/** The result is kept in the deployment's state: names, and no value. */
export async function handler(event: RotationEvent): Promise<object | undefined> {
  const environment = readEnvironment(RotationEnvironment, process.env);
  const clients: Clients = {
    secrets: new SecretsManagerClient(),
    cache: new ElastiCacheClient(),
    identity: new CognitoIdentityProviderClient(),
    gateway: new APIGatewayClient(),
  };
  try {
    return event.Step === undefined
      ? await operate(event, environment, clients)
      : await step(stepEvent(event), environment, clients);
  } finally {
    for (const client of Object.values(clients) as { destroy(): void }[]) client.destroy();
  }
}

async function operate(event: RotationEvent, environment: RotationEnvironment, clients: Clients): Promise<object> {
  const clientSecretArns = environment.CLIENT_SECRET_ARNS.split(",");
  switch (event.operation) {
    case "bootstrap":
      return bootstrap(environment, clients);
    case "adopt-client": {
      const outcome = await adoptClient(event, clientSecretArns, clients);
      log("client adopted", { ...outcome });
      return outcome;
    }
    case "retire-client-secrets": {
      const retired = await retireClientSecrets(clientSecretArns, clients.secrets, clients.identity);
      log("client secrets retired", { secrets: retired.map(nameOf) });
      return { retired: retired.map(nameOf) };
    }
    case undefined:
    default:
      throw new Error(
        `Operation "${event.operation ?? ""}" is unknown to the rotation function; send bootstrap, adopt-client or ` +
          "retire-client-secrets.",
      );
  }
}

async function step(event: StepEvent, environment: RotationEnvironment, clients: Clients): Promise<undefined> {
  const { Step, SecretId, ClientRequestToken } = event;
  const facts = { step: Step, secret: nameOf(SecretId), version: ClientRequestToken };
  try {
    await runStep(clients.secrets, rotatorOf(SecretId, environment, clients), event);
    log("rotation step done", facts);
  } catch (error) {
    log("rotation step failed", { ...facts, error: (error as Error).message });
    throw error;
  }
}

/** How the secret rotates. @throws it is none of those that rotate by this function */
function rotatorOf(secretArn: string, environment: RotationEnvironment, clients: Clients): Rotator {
  const login = APP_LOGINS.find(({ secretVariable }) => environment[secretVariable] === secretArn);
  if (login !== undefined) return databaseLogin(environment, clients.secrets, login);
  const user = cacheUsers(environment).find((each) => each.secretArn === secretArn);
  if (user !== undefined) return cacheUser(environment, clients.cache, user);
  if (secretArn === environment.PSEUDONYM_SALT_SECRET_ARN) return pseudonymSalt(secretArn);
  if (environment.CLIENT_SECRET_ARNS.split(",").includes(secretArn)) return clientSecret(clients.identity, secretArn);
  throw new Error(`The secret ${secretArn} does not rotate by this function: no variable of its environment names it.`);
}

function stepEvent({ Step, SecretId, ClientRequestToken }: RotationEvent): StepEvent {
  if (Step !== undefined && STEPS.includes(Step) && SecretId !== undefined && ClientRequestToken !== undefined)
    return { Step, SecretId, ClientRequestToken };
  throw new Error(`"${Step ?? ""}" is no step of a rotation, or it names no secret and version: ${STEPS.join(", ")}.`);
}

/** Of a secret's ARN, without the six characters that AWS adds. */
const nameOf = (secretArn: string): string => secretArn.replace(/^.*:secret:/, "").replace(/-[A-Za-z0-9]{6}$/, "");

function log(message: string, facts: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ message, ...facts })}\n`);
}
