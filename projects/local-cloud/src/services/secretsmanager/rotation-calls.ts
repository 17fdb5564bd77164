/** `RotateSecret` and `CancelRotateSecret`, with what Secrets Manager refuses before anything starts. */
import { DescribeSecretCommand, type DescribeSecretResponse } from "@aws-sdk/client-secrets-manager";
import { evaluate } from "@records/iam";
import { randomUUID } from "node:crypto";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import { functionPolicy } from "../lambda/permission.ts";
import type { RdsService } from "../rds/index.ts";
import { motoSecrets } from "./moto-secrets.ts";
import { rotationRulesFault, type RotationRules } from "./rotation-schedule.ts";
import type { Rotations } from "./rotations.ts";

const SECRETS_MANAGER = "secretsmanager.amazonaws.com";

/** Sets the rotation up, and begins one or tests it. What was set up before counts where the call says nothing. */
export async function rotateSecret(cloud: Cloud, rotations: Rotations, input: Properties): Promise<Properties> {
  const secret = await describe(cloud, input.SecretId as string);
  const secretArn = secret.ARN!;
  if (secret.DeletedDate !== undefined)
    refuse("InvalidRequestException", "You can't perform this operation on the secret because it was marked deleted.");
  const before = rotations.of(secretArn);
  const functionArn = functionOf(
    cloud,
    secretArn,
    (input.RotationLambdaARN as string | undefined) ?? before?.functionArn,
  );
  const rules = rulesOf(input.RotationRules as Properties | undefined) ?? before?.rules;
  if (rules === undefined)
    refuse("InvalidParameterException", "RotationRules must be given when rotation is set up for the first time.");
  const fault = rotationRulesFault(rules);
  if (fault !== undefined) refuse("InvalidParameterException", `RotationRules: ${fault}.`);

  const current = versionWith(secret, "AWSCURRENT");
  if (functionArn !== undefined && current === undefined)
    refuse(
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
  const pending = versionWith(secret, "AWSPENDING") ?? before?.pendingVersionId;
  const immediately = input.RotateImmediately !== false;
  if (immediately && pending !== undefined && pending !== current && pending !== input.ClientRequestToken) {
    if (!rotations.isRotating(secretArn)) void rotations.rotate(secretArn, pending);
    refuse("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.");
  }
  rotations.set({ secretArn, functionArn, rules });
  const versionId = (input.ClientRequestToken as string | undefined) ?? randomUUID();
  // A rotation goes on after the answer, as on AWS; what the test says is the answer.
  if (immediately) void rotations.rotate(secretArn, versionId);
  else await rotations.test(secretArn, versionId).catch((error: unknown) => refuseUntested(secretArn, error as Error));
  return { ARN: secretArn, Name: secret.Name, ...(immediately && { VersionId: versionId }) };
}

export async function cancelRotation(cloud: Cloud, rotations: Rotations, input: Properties): Promise<Properties> {
  const secret = await describe(cloud, input.SecretId as string);
  rotations.cancel(secret.ARN!);
  return { ARN: secret.ARN, Name: secret.Name, VersionId: versionWith(secret, "AWSCURRENT") };
}

function describe(cloud: Cloud, secretId: string): Promise<DescribeSecretResponse> {
  return motoSecrets(cloud).send(new DescribeSecretCommand({ SecretId: secretId }));
}

function versionWith({ VersionIdsToStages = {} }: DescribeSecretResponse, stage: string): string | undefined {
  return Object.keys(VersionIdsToStages).find((versionId) => VersionIdsToStages[versionId]?.includes(stage));
}

/** @returns undefined for a secret whose owning service rotates it */
function functionOf(cloud: Cloud, secretArn: string, functionArn: string | undefined): string | undefined {
  if (isManaged(cloud, secretArn)) {
    if (functionArn === undefined) return undefined;
    refuse("InvalidRequestException", `${secretArn} is managed by RDS, which rotates it itself: give no function.`);
  }
  if (functionArn === undefined)
    refuse(
      "InvalidRequestException",
      "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and you " +
        "didn't include such an ARN as a parameter in this call.",
    );
  if (cloud.account.byArn(functionArn.split(":").slice(0, 7).join(":")) === undefined)
    refuse("ResourceNotFoundException", `The rotation function ${functionArn} does not exist.`);
  requireInvocation(cloud, secretArn, functionArn);
  return functionArn;
}

function isManaged(cloud: Cloud, secretArn: string): boolean {
  return secretArn.includes(":secret:rds!") && cloud.service<RdsService>("rds").managesSecret(secretArn);
}

/** The function's policy must let Secrets Manager in, for this account and secret. */
function requireInvocation(cloud: Cloud, secretArn: string, functionArn: string): void {
  const document = functionPolicy(cloud, functionArn);
  const context = { "aws:SourceAccount": ACCOUNT_ID, "aws:SourceArn": secretArn };
  const principal = { kind: "service", service: SECRETS_MANAGER } as const;
  const decision = evaluate(
    { principal, action: "lambda:InvokeFunction", resource: functionArn, context },
    {
      identity: [],
      ...(document !== undefined && { resource: { name: `policy of function ${functionArn}`, document } }),
      resourceKind: "other",
    },
  );
  if (!decision.allowed)
    refuse(
      "AccessDeniedException",
      `Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to ` +
        `the principal ${SECRETS_MANAGER}. (${decision.message})`,
    );
}

function rulesOf(rules: Properties | undefined): RotationRules | undefined {
  return (
    rules && {
      automaticallyAfterDays: rules.AutomaticallyAfterDays,
      duration: rules.Duration,
      scheduleExpression: rules.ScheduleExpression,
    }
  );
}

function refuseUntested(secretArn: string, { message }: Error): never {
  refuse("InvalidRequestException", `The rotation of ${secretArn} is set up, and its test failed: ${message}`);
}

function refuse(code: string, message: string): never {
  throw new Error(`${code}: ${message}`);
}
