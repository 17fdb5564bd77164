/** Rotation of a campus system's client secret: Cognito takes two at a time, so the system has a week to change over. */
import {
  AddUserPoolClientSecretCommand,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { overlapEnds, retiredSecret, type ClientSecretAge } from "./decisions.ts";
import { newClientSecret, parseValue, readVersion } from "./secret-values.ts";
import type { Rotator } from "./steps.ts";
import { proveClient } from "./token-proof.ts";

/** What the bootstrap writes, until the compute layer has made the client. */
export const UNADOPTED = { adopted: false } as const;
const Unadopted = Type.Object({ adopted: Type.Literal(false) });

export const ClientCredentials = Type.Object({
  userPoolId: Type.String({ minLength: 1 }),
  clientId: Type.String({ minLength: 1 }),
  clientSecret: Type.String({ minLength: 1 }),
  apiKeyId: Type.String({ minLength: 1 }),
  apiKey: Type.String({ minLength: 1 }),
  /** Where a token is asked for to prove a new secret. */
  issuer: Type.Optional(Type.String({ pattern: "^https://" })),
});
export type ClientCredentials = Static<typeof ClientCredentials>;

export function isUnadopted(text: string): boolean {
  try {
    return Value.Check(Unadopted, JSON.parse(text));
  } catch {
    return false;
  }
}

export function clientSecret(
  identity: CognitoIdentityProviderClient,
  secretArn: string,
  now: () => Date = () => new Date(),
): Rotator {
  const read = (text: string) => parseValue(ClientCredentials, text, secretArn);
  return {
    async next(current) {
      if (isUnadopted(current))
        throw new Error(`${secretArn} has no client yet: deploy the compute layer, which makes and adopts it.`);
      const client = read(current);
      const held = await heldSecrets(identity, client);
      const retired = retiredSecret(held, now());
      if (retired !== undefined) await retire(identity, client, retired);
      else if (held.length > 1)
        throw new Error(
          `The client of ${secretArn} has two secrets until ${overlapEnds(held).toISOString()}: its system may still ` +
            "use the older one. Rotate it after that.",
        );
      return JSON.stringify({ ...client, clientSecret: newClientSecret() });
    },
    async set(next) {
      const client = read(next);
      // `next` was decided while there was one; a second one is this one, from an attempt before.
      if ((await heldSecrets(identity, client)).length > 1) return;
      const { userPoolId: UserPoolId, clientId: ClientId, clientSecret: ClientSecret } = client;
      await identity.send(new AddUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecret }));
    },
    async test(value) {
      // The schedule is set up before the client is made.
      if (!isUnadopted(value)) await proveClient(read(value), () => heldSecrets(identity, read(value)));
    },
  };
}

/** Takes the older secret from each client whose overlap is over; an unfinished rotation is left alone. */
export async function retireClientSecrets(
  secretArns: readonly string[],
  secrets: SecretsManagerClient,
  identity: CognitoIdentityProviderClient,
  now = new Date(),
): Promise<readonly string[]> {
  const done: string[] = [];
  for (const secretArn of secretArns) {
    const current = await readVersion(secrets, secretArn);
    const pending = await readVersion(secrets, secretArn, "AWSPENDING");
    // A pending version without a value has touched nothing yet.
    const unfinished = pending !== undefined && pending.versionId !== current?.versionId;
    if (unfinished || current === undefined || isUnadopted(current.text)) continue;
    const client = parseValue(ClientCredentials, current.text, secretArn);
    const retired = retiredSecret(await heldSecrets(identity, client), now);
    if (retired === undefined) continue;
    await retire(identity, client, retired);
    done.push(secretArn);
  }
  return done;
}

async function heldSecrets(
  identity: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, clientId: ClientId }: ClientCredentials,
): Promise<readonly ClientSecretAge[]> {
  const { ClientSecrets = [] } = await identity.send(new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId }));
  return ClientSecrets.map(({ ClientSecretId, ClientSecretCreateDate }) => ({
    id: ClientSecretId!,
    createdAt: ClientSecretCreateDate!,
  }));
}

async function retire(
  identity: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, clientId: ClientId }: ClientCredentials,
  { id: ClientSecretId }: ClientSecretAge,
): Promise<void> {
  await identity.send(new DeleteUserPoolClientSecretCommand({ UserPoolId, ClientId, ClientSecretId }));
}
