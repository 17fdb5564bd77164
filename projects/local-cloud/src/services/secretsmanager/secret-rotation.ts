import { CancelRotateSecretCommand, RotateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DescribeSecretCommand, type RotationRulesType } from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";
import { rotationRulesFault } from "./rotation-schedule.ts";
import { MISSING } from "./secret.ts";

/** The schedule of one secret. The calls it makes are the provider's, so what they refuse is refused here. */
export const secretRotation: ResourceType = {
  token: "aws:secretsmanager/secretRotation:SecretRotation",
  replaceOnChanges: ["secretId"],
  computed: ["rotationEnabled"],
  uniqueBy: ["secretId"],
  check: ({ rotationRules, rotationEnabled, externalSecretRotationRoleArn }) =>
    failures((refuse) => {
      if (known(externalSecretRotationRoleArn))
        refuse("externalSecretRotationRoleArn", "The local cloud knows no partners that rotate secrets themselves.");
      if (rotationEnabled === false) refuse("rotationEnabled", "The local cloud rotates whatever has a schedule.");
      if (rotationRules === undefined) refuse("rotationRules", "Give rotationRules: a secret rotates by a schedule.");
      if (!known(rotationRules) || Object.values(rotationRules as Properties).some((rule) => !known(rule))) return;
      const fault = rotationRulesFault(rotationRules);
      if (fault !== undefined) refuse("rotationRules", `InvalidParameterException: ${fault}.`);
    }),
  create: async (inputs, cloud) => {
    await rotate(inputs, cloud);
    return { id: inputs.secretId as string, outputs: { rotationEnabled: true } };
  },
  read: async ({ id }, cloud) => {
    const call = clientOf(cloud, SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: id }));
    const secret = await unlessMissing(call, MISSING);
    if (secret === undefined || secret.DeletedDate !== undefined || secret.RotationEnabled !== true) return undefined;
    return {
      rotationEnabled: true,
      rotationRules: rulesNow(secret.RotationRules),
      ...(secret.RotationLambdaARN !== undefined && { rotationLambdaArn: secret.RotationLambdaARN }),
    };
  },
  update: async (_record, inputs, cloud) => {
    await rotate(inputs, cloud);
    return {};
  },
  delete: async ({ id }, cloud) => {
    const call = clientOf(cloud, SecretsManagerClient).send(new CancelRotateSecretCommand({ SecretId: id }));
    await unlessMissing(call, MISSING, "InvalidRequestException");
  },
};

async function rotate(inputs: Properties, cloud: Cloud): Promise<void> {
  const { automaticallyAfterDays, duration, scheduleExpression } = inputs.rotationRules as Properties;
  await clientOf(cloud, SecretsManagerClient).send(
    new RotateSecretCommand({
      SecretId: inputs.secretId as string,
      RotationLambdaARN: inputs.rotationLambdaArn as string | undefined,
      RotationRules: {
        AutomaticallyAfterDays: automaticallyAfterDays,
        Duration: duration,
        ScheduleExpression: scheduleExpression,
      },
      RotateImmediately: (inputs.rotateImmediately as boolean | undefined) ?? true,
    }),
  );
}

function rulesNow(rules: RotationRulesType | undefined): Properties {
  const { AutomaticallyAfterDays, Duration, ScheduleExpression } = rules ?? {};
  const now = {
    automaticallyAfterDays: AutomaticallyAfterDays,
    duration: Duration,
    scheduleExpression: ScheduleExpression,
  };
  return Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
}
