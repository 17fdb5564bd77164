/** A new value that becomes the current one: the label moves as AWS moves it, which moto does only for the first two. */
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import { motoSecrets } from "./moto-secrets.ts";

/** Holds a new version in moto until the real labels are on it. */
const ARRIVING = "ARRIVING";

/** @returns undefined where moto does it right: the first value of a secret, or one that does not become current */
export async function putCurrent(cloud: Cloud, input: Properties): Promise<Properties | undefined> {
  const stages = (input.VersionStages as string[] | undefined) ?? ["AWSCURRENT"];
  if (!stages.includes("AWSCURRENT")) return undefined;
  const secrets = motoSecrets(cloud);
  const SecretId = input.SecretId as string;
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const holderOf = (stage: string): string | undefined =>
    Object.keys(VersionIdsToStages).find((versionId) => VersionIdsToStages[versionId]?.includes(stage));
  if (holderOf("AWSCURRENT") === undefined) return undefined;

  const token = (input.ClientRequestToken as string | undefined) ?? randomUUID();
  const value = { SecretString: input.SecretString, SecretBinary: input.SecretBinary } as { SecretString?: string };
  const put = { SecretId, ClientRequestToken: token, ...value, VersionStages: [ARRIVING] };
  const { ARN, Name } = await secrets.send(new PutSecretValueCommand(put));
  for (const VersionStage of stages) {
    const RemoveFromVersionId = holderOf(VersionStage);
    if (RemoveFromVersionId === token) continue;
    await secrets.send(
      new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId: token }),
    );
  }
  const arrived = { SecretId, VersionStage: ARRIVING, RemoveFromVersionId: token };
  await secrets.send(new UpdateSecretVersionStageCommand(arrived)).catch(() => undefined); // of a repeated call
  return { ARN, Name, VersionId: token, VersionStages: stages };
}
