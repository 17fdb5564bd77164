/** Managed rotation: RDS itself makes a new master password, tells the cluster and keeps it in the cluster's secret. */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import { clientOf } from "../../sdk.ts";
import type { Databases } from "./databases.ts";
import { newMasterPassword, type MasterUserSecret } from "./master-secret.ts";
import { scramVerifier } from "./scram.ts";
import { CLUSTER } from "./tokens.ts";

/** The cluster whose master password a secret holds. */
export function clusterOfSecret(cloud: Cloud, secretArn: string): ResourceRecord | undefined {
  return cloud.account
    .ofType(CLUSTER)
    .find(({ outputs }) =>
      ((outputs.masterUserSecrets ?? []) as readonly MasterUserSecret[]).some((held) => held.secretArn === secretArn),
    );
}

/** The cluster first: a secret that runs ahead of it would never be true again if this ended in between. */
export async function rotateMasterPassword(cloud: Cloud, databases: Databases, secretArn: string): Promise<void> {
  const cluster = clusterOfSecret(cloud, secretArn);
  if (cluster === undefined) throw new Error(`InvalidRequestException: RDS does not manage the secret ${secretArn}.`);
  const secrets = clientOf(cloud, SecretsManagerClient);
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  const password = newMasterPassword();
  const user = cluster.inputs.masterUsername as string;
  await databases.require(cluster.id).cluster.setPassword(user, scramVerifier(password));
  const value = { ...(JSON.parse(SecretString ?? "{}") as object), password };
  await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(value) }));
}
