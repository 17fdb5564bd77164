/** One attempt at a rotation: the function's four steps, or the owning service, and the labels as AWS leaves them. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../../cloud.ts";
import { withoutSecrets } from "../lambda/invocation.ts";
import type { InvocationResult, LambdaService } from "../lambda/index.ts";
import type { RdsService } from "../rds/index.ts";
import { motoSecrets } from "./moto-secrets.ts";

const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
type Step = (typeof STEPS)[number];

export interface RotationRun {
  readonly secretArn: string;
  readonly functionArn?: string;
  readonly versionId: string;
}

/** @throws in the function's words, with the step; the labels then are as the steps before have left them */
export async function rotateOnce(cloud: Cloud, run: RotationRun): Promise<void> {
  if (run.functionArn === undefined) {
    await cloud.service<RdsService>("rds").rotateMasterPassword(run.secretArn);
    return;
  }
  for (const step of STEPS) await runStep(cloud, run, step);
  const stages = await stagesOf(cloud, run.secretArn);
  if (!stages(run.versionId).includes("AWSCURRENT"))
    throw new Error(`finishSecret ended, and AWSCURRENT is not at version ${run.versionId}`);
  if (stages(run.versionId).includes("AWSPENDING")) await dropPending(cloud, run);
}

/** The pending version holds the current value, as AWS's does, and is gone afterwards. */
export async function testOnce(cloud: Cloud, run: RotationRun): Promise<void> {
  const secrets = motoSecrets(cloud);
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: run.secretArn, VersionStage: "AWSCURRENT" }),
  );
  await secrets.send(
    new PutSecretValueCommand({
      ...{ SecretId: run.secretArn, ClientRequestToken: run.versionId },
      ...{ SecretString, VersionStages: ["AWSPENDING"] },
    }),
  );
  try {
    await runStep(cloud, run, "testSecret");
  } finally {
    await dropPending(cloud, run);
  }
}

/** The function may run a few times at once only, and many schedules may be set up together: a step waits its turn. */
const TURN_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 100;

async function invokeInTurn(cloud: Cloud, functionArn: string, event: string): Promise<InvocationResult> {
  const deadline = Date.now() + TURN_WITHIN_MS;
  for (;;) {
    try {
      return await cloud.service<LambdaService>("lambda").invoke(functionArn, event);
    } catch (error) {
      if (!(error as Error).message.startsWith("TooManyRequestsException") || Date.now() > deadline) throw error;
      await delay(ASK_EVERY_MS);
    }
  }
}

async function runStep(cloud: Cloud, { secretArn, functionArn = "", versionId }: RotationRun, step: Step) {
  const event = JSON.stringify({ Step: step, SecretId: secretArn, ClientRequestToken: versionId });
  const { error } = await invokeInTurn(cloud, functionArn, event);
  if (error !== undefined) throw new Error(`${step}: ${error.errorType}: ${withoutSecrets(error.errorMessage)}`);
}

async function dropPending(cloud: Cloud, { secretArn, versionId }: RotationRun): Promise<void> {
  const stage = { VersionStage: "AWSPENDING", RemoveFromVersionId: versionId };
  await motoSecrets(cloud).send(new UpdateSecretVersionStageCommand({ SecretId: secretArn, ...stage }));
}

export async function stagesOf(cloud: Cloud, secretArn: string): Promise<(versionId: string) => readonly string[]> {
  const call = new DescribeSecretCommand({ SecretId: secretArn });
  const { VersionIdsToStages = {} } = await motoSecrets(cloud).send(call);
  return (versionId) => VersionIdsToStages[versionId] ?? [];
}
