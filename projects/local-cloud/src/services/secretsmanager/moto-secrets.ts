/** moto's own Secrets Manager, past this service's handler: what the handler builds its answers from. */
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../../cloud.ts";
import { OWN_CALLS } from "../../sdk.ts";

const TO_MOTO = `${OWN_CALLS}-to-moto`;
const clients = new WeakMap<Cloud, SecretsManagerClient>();

export function motoSecrets(cloud: Cloud): SecretsManagerClient {
  const client = clients.get(cloud) ?? new SecretsManagerClient({ ...cloud.sdk, customUserAgent: TO_MOTO });
  clients.set(cloud, client);
  return client;
}

export function isForMoto(headers: Readonly<Record<string, string>>): boolean {
  return headers["user-agent"]?.includes(TO_MOTO) === true;
}
