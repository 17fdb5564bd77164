/** The master user's password that RDS makes and keeps in Secrets Manager (`manageMasterUserPassword`). */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { randomBytes, randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud.ts";

export interface MasterUserSecret {
  readonly kmsKeyId: string;
  readonly secretArn: string;
  readonly secretStatus: string;
}

export function newMasterPassword(): string {
  return randomBytes(24).toString("base64url");
}

export async function createMasterSecret(
  cloud: Cloud,
  spec: { username: string; password: string; kmsKeyId?: string; clusterArn: string },
): Promise<MasterUserSecret> {
  const { ARN } = await withClient(cloud, (client) =>
    client.send(
      new CreateSecretCommand({
        Name: `rds!cluster-${randomUUID()}`,
        Description: `Secret associated with primary RDS DB cluster: ${spec.clusterArn}`,
        SecretString: JSON.stringify({ username: spec.username, password: spec.password }),
        KmsKeyId: spec.kmsKeyId,
        Tags: [{ Key: "aws:rds:primaryDBClusterArn", Value: spec.clusterArn }],
      }),
    ),
  );
  return { kmsKeyId: spec.kmsKeyId ?? "alias/aws/secretsmanager", secretArn: ARN!, secretStatus: "active" };
}

export async function deleteMasterSecret(cloud: Cloud, secretArn: string): Promise<void> {
  await withClient(cloud, async (client) => {
    try {
      await client.send(new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true }));
    } catch (error) {
      if ((error as Error).name !== "ResourceNotFoundException") throw error;
    }
  });
}

export async function masterSecretExists(cloud: Cloud, secretArn: string): Promise<boolean> {
  return withClient(cloud, async (client) => {
    try {
      const found = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
      return found.DeletedDate === undefined;
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return false;
      throw error;
    }
  });
}

async function withClient<Result>(
  cloud: Cloud,
  work: (client: SecretsManagerClient) => Promise<Result>,
): Promise<Result> {
  const client = new SecretsManagerClient(cloud.sdk);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
