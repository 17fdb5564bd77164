import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { CacheLogin } from "./marker-store.ts";

const Login = Type.Object({ username: Type.String({ minLength: 1 }), password: Type.String({ minLength: 1 }) });

/** The cache login as Secrets Manager has it now. */
export async function fetchCacheLogin(client: SecretsManagerClient, secretArn: string): Promise<CacheLogin> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const value: unknown = parse(SecretString);
  if (Value.Check(Login, value)) return value;
  throw new Error(
    `The secret ${secretArn} holds no cache login: JSON with username and password is expected. ` +
      "The bootstrap of the data stack writes it; run that stack's deployment again.",
  );
}

/** The parser's own message would quote the text. */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
