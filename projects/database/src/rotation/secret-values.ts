/** Values in Secrets Manager, by version: read, written, and never quoted in a message. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { randomBytes, randomInt } from "node:crypto";
import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";

/** Other fields of a credential stay as they are. */
export const Credential = Type.Object({ username: Type.String(), password: Type.String({ minLength: 1 }) });
export type Credential = Static<typeof Credential>;

export interface SecretVersion {
  readonly text: string;
  readonly versionId: string;
  readonly createdAt: Date;
}

/** 64 characters that every service takes: 384 random bits in the URL-safe alphabet. */
export function newPassword(): string {
  return randomBytes(48).toString("base64url");
}

const WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Letters and digits alone, as Cognito takes them (24 to 64): 58 of them carry 345 random bits. */
export function newClientSecret(): string {
  return Array.from({ length: 58 }, () => WORD[randomInt(WORD.length)]).join("");
}

/** @returns undefined when no version has this label, or it has no value yet */
export async function readVersion(
  secrets: SecretsManagerClient,
  secretArn: string,
  stage: "AWSCURRENT" | "AWSPENDING" = "AWSCURRENT",
): Promise<SecretVersion | undefined> {
  // Asked for first: a secret that does not exist must not look like one without a value.
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
  if (!Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes(stage))) return undefined;
  try {
    const { SecretString, VersionId, CreatedDate } = await secrets.send(
      new GetSecretValueCommand({ SecretId: secretArn, VersionStage: stage }),
    );
    return { text: SecretString ?? "", versionId: VersionId!, createdAt: CreatedDate! };
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** @returns undefined when the secret exists without a value */
export async function readCredential(
  secrets: SecretsManagerClient,
  secretArn: string,
): Promise<Credential | undefined> {
  const version = await readVersion(secrets, secretArn);
  return version && parseValue(Credential, version.text, secretArn);
}

/** Becomes the current version at once. */
export async function writeCurrent(secrets: SecretsManagerClient, secretArn: string, value: object): Promise<void> {
  await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(value) }));
}

/** The parser's own message would quote the text. */
export function parseValue<T extends TSchema>(schema: T, text: string, secretArn: string): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (Value.Check(schema, value)) return value;
  const fields = Object.keys((schema as { properties?: object }).properties ?? {}).join(", ");
  throw new Error(
    `The secret ${secretArn} does not hold what it should: JSON with ${fields} is expected. ` +
      "Somebody wrote another value; restore the previous version of the secret.",
  );
}
