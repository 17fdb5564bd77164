/**
 * The first credentials of a campus system: made by the compute layer, fetched from the services that hold them, and
 * kept in the system's secret. They pass through no program, plan or state of that deployment. What is there stays,
 * unless the client or the key was replaced.
 */
import { type APIGatewayClient, GetApiKeyCommand } from "@aws-sdk/client-api-gateway";
import {
  DescribeUserPoolClientCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { ClientCredentials, isUnadopted } from "./client-secret.ts";
import { parseValue, readVersion, writeCurrent } from "./secret-values.ts";

export const AdoptClient = Type.Object({
  operation: Type.Literal("adopt-client"),
  system: Type.String({ minLength: 1 }),
  secretArn: Type.String({ pattern: "^arn:aws:secretsmanager:" }),
  userPoolId: Type.String({ minLength: 1 }),
  clientId: Type.String({ minLength: 1 }),
  apiKeyId: Type.String({ minLength: 1 }),
  issuer: Type.Optional(Type.String({ pattern: "^https://" })),
});
export type AdoptClient = Static<typeof AdoptClient>;

export interface Adoption {
  readonly system: string;
  /** False: the secret named this client and this key already. */
  readonly written: boolean;
}

export interface AdoptionClients {
  readonly secrets: SecretsManagerClient;
  readonly identity: CognitoIdentityProviderClient;
  readonly gateway: APIGatewayClient;
}

/** @param adoptable ARNs that may be written: an event cannot point at another secret */
export async function adoptClient(
  event: unknown,
  adoptable: readonly string[],
  { secrets, identity, gateway }: AdoptionClients,
): Promise<Adoption> {
  if (!Value.Check(AdoptClient, event)) {
    throw new Error(
      "adopt-client needs system, secretArn, userPoolId, clientId and apiKeyId; the compute stack sends them.",
    );
  }
  const { system, secretArn, userPoolId, clientId, apiKeyId, issuer } = event;
  if (!adoptable.includes(secretArn)) {
    throw new Error(
      `${secretArn} is no client's secret. List ${system} in campusSystems of the data stack and deploy that first.`,
    );
  }
  if (await isAdopted(secrets, event)) return { system, written: false };
  const [{ UserPoolClient }, { value: apiKey }] = await Promise.all([
    identity.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId })),
    gateway.send(new GetApiKeyCommand({ apiKey: apiKeyId, includeValue: true })),
  ]);
  const clientSecret = UserPoolClient?.ClientSecret;
  if (!clientSecret || !apiKey) {
    throw new Error(`The client ${clientId} has no secret, or the API key ${apiKeyId} no value: nothing to adopt.`);
  }
  const value: ClientCredentials = { userPoolId, clientId, clientSecret, apiKeyId, apiKey };
  await writeCurrent(secrets, secretArn, issuer === undefined ? value : { ...value, issuer });
  return { system, written: true };
}

async function isAdopted(
  secrets: SecretsManagerClient,
  { secretArn, userPoolId, clientId, apiKeyId }: AdoptClient,
): Promise<boolean> {
  const current = await readVersion(secrets, secretArn);
  if (current === undefined || isUnadopted(current.text)) return false;
  const held = parseValue(ClientCredentials, current.text, secretArn);
  return held.userPoolId === userPoolId && held.clientId === clientId && held.apiKeyId === apiKeyId;
}
