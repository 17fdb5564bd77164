// A rotation function as AWS's template has it, that fails where a test says so.
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lambdaService } from "../../src/services/lambda/index.ts";
import { rdsService } from "../../src/services/rds/index.ts";
import { secretsmanagerService } from "../../src/services/secretsmanager/index.ts";
import { codeFolder, functionInputs } from "../lambda/fixture.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";

export const TOKENS = {
  secret: "aws:secretsmanager/secret:Secret",
  rotation: "aws:secretsmanager/secretRotation:SecretRotation",
  permission: "aws:lambda/permission:Permission",
};

const source = (folder: string): string => `
import { createRequire } from "node:module";
import { appendFileSync, existsSync } from "node:fs";
const require = createRequire(${JSON.stringify(__filename)});
const { SecretsManagerClient, GetSecretValueCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand,
  DescribeSecretCommand } = require("@aws-sdk/client-secrets-manager");
const secrets = new SecretsManagerClient();
export async function handler({ Step, SecretId, ClientRequestToken }) {
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const stages = VersionIdsToStages[ClientRequestToken] ?? [];
  appendFileSync(${JSON.stringify(join(folder, "steps"))}, Step + " " + stages.join("+") + "\\n");
  if (existsSync(${JSON.stringify(folder)} + "/fail-" + Step)) throw new Error(Step + " is told to fail");
  if (Step === "createSecret") {
    const held = await secrets.send(new GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken, VersionStage: "AWSPENDING" })).catch(() => undefined);
    if (held === undefined) await secrets.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: "value of " + ClientRequestToken, VersionStages: ["AWSPENDING"] }));
  }
  if (Step === "testSecret") await secrets.send(new GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken, VersionStage: "AWSPENDING" }));
  if (Step === "finishSecret") {
    const [current] = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes("AWSCURRENT"));
    await secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current }));
  }
}`;

export interface RotationWorld {
  readonly cloud: TestCloud;
  readonly resources: Resources;
  readonly secrets: SecretsManagerClient;
  readonly functionArn: string;
  /** A secret with a first value. */
  secret(name: string, value: string): Promise<MadeResource>;
  /** The steps since the last time it was asked, each with the labels its version had. */
  steps(): readonly string[];
  fail(step: string): void;
  mend(): void;
}

export async function startRotationWorld(): Promise<RotationWorld> {
  const cloud = await startTestCloud([secretsmanagerService, rdsService, lambdaService]);
  const resources = new Resources(cloud);
  const secrets = new SecretsManagerClient(cloud.sdk);
  const code = codeFolder(cloud.home, source(cloud.home));
  const made = await resources.create("aws:lambda/function:Function", "rotation", functionInputs("rotation", code));
  await resources.create(TOKENS.permission, "rotation", {
    statementId: "SecretsManagerRotates",
    action: "lambda:InvokeFunction",
    function: "rotation",
    principal: "secretsmanager.amazonaws.com",
    sourceAccount: "000000000000",
  });
  const log = join(cloud.home, "steps");
  return {
    cloud,
    resources,
    secrets,
    functionArn: made.outputs.arn as string,
    async secret(name, value) {
      const secret = await resources.create(TOKENS.secret, name, { name });
      await secrets.send(new PutSecretValueCommand({ SecretId: secret.id, SecretString: value }));
      return secret;
    },
    steps() {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      rmSync(log, { force: true });
      return lines;
    },
    fail: (step) => writeFileSync(join(cloud.home, `fail-${step}`), ""),
    mend: () => {
      for (const step of ["createSecret", "setSecret", "testSecret", "finishSecret"])
        rmSync(join(cloud.home, `fail-${step}`), { force: true });
    },
  };
}
