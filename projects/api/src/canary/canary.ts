/** Entry point that Synthetics calls: where things are comes from variables, credentials from the canary's own secret. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { probe, type Probed } from "./probe.ts";

const VARIABLES = ["API_BASE_URL", "TOKEN_ISSUER", "CLIENT_SECRET_ARN", "STUDENT_ID"] as const;

export async function handler(): Promise<string> {
  const [baseUrl, issuer, secretArn, studentId] = VARIABLES.map(variable) as [string, string, string, string];
  const credentials = await credentialsIn(secretArn);
  const steps = await probe({ baseUrl, issuer, studentId, ...credentials });
  for (const { step, ms } of steps) process.stdout.write(`${JSON.stringify({ msg: "step", step, ms })}\n`);
  return "everything as promised";
}

/** Read at each run: a rotated secret is in use at once. */
async function credentialsIn(secretArn: string): Promise<Pick<Probed, "clientId" | "clientSecret" | "apiKey">> {
  const secrets = new SecretsManagerClient({ maxAttempts: 3 });
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const { clientId, clientSecret, apiKey } = JSON.parse(SecretString ?? "{}") as Partial<Probed>;
  if (!clientId || !clientSecret || !apiKey)
    throw new Error("The canary's secret has no credentials yet: deploy the compute stack, which puts them there.");
  return { clientId, clientSecret, apiKey };
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The variable ${name} is not set; the compute stack sets it.`);
  return value;
}
