/** Credentials in Secrets Manager: whether there is one, and the first one written. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { randomBytes } from "node:crypto";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Credential = Type.Object({ username: Type.String(), password: Type.String({ minLength: 1 }) });
export type Credential = Static<typeof Credential>;

/** 64 characters that every service takes: 384 random bits in the URL-safe alphabet. */
export function newPassword(): string {
  return randomBytes(48).toString("base64url");
}

/** @returns undefined when the secret exists without a value */
export async function readCredential(
  secrets: SecretsManagerClient,
  secretArn: string,
): Promise<Credential | undefined> {
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
  const current = Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes("AWSCURRENT"));
  if (!current) return undefined;
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  return parseCredential(SecretString, secretArn);
}

export async function writeCredential(
  secrets: SecretsManagerClient,
  secretArn: string,
  value: Credential & Readonly<Record<string, string | number>>,
): Promise<void> {
  await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(value) }));
}

/** The parser's own message would quote the text. */
function parseCredential(text: string | undefined, secretArn: string): Credential {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    value = undefined;
  }
  if (Value.Check(Credential, value)) return value;
  throw new Error(
    `The secret ${secretArn} holds no credential: JSON with username and password is expected. ` +
      "Somebody wrote another value; restore the previous version of the secret.",
  );
}
