import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";
import { MISSING } from "./secret.ts";

/** The schedule is checked and recorded. Nobody follows it yet, so a rotation at once, AWS's default, is refused. */
export const secretRotation: ResourceType = {
  token: "aws:secretsmanager/secretRotation:SecretRotation",
  replaceOnChanges: ["secretId"],
  computed: ["rotationEnabled"],
  uniqueBy: ["secretId"],
  check: ({ rotateImmediately, rotationRules, rotationLambdaArn }) =>
    failures((refuse) => {
      if (rotateImmediately !== false)
        refuse(
          "rotateImmediately",
          "The local cloud records rotation schedules and does not run them yet: set rotateImmediately to false.",
        );
      if (rotationLambdaArn === undefined)
        refuse("rotationLambdaArn", "InvalidRequestException: no Lambda rotation function ARN is associated.");
      if (!known(rotationRules)) return;
      const { automaticallyAfterDays: days, scheduleExpression } = rotationRules;
      if ((days === undefined) === (scheduleExpression === undefined))
        refuse(
          "rotationRules",
          "InvalidParameterException: give automaticallyAfterDays or scheduleExpression, not both.",
        );
      if (known(days) && (days < 1 || days > 1000))
        refuse("rotationRules", `InvalidParameterException: ${days} days; automaticallyAfterDays is 1 to 1000.`);
      if (known(scheduleExpression) && !/^(rate\(\d+ (hours?|days?)\)|cron\(.+\))$/.test(scheduleExpression))
        refuse("rotationRules", `InvalidParameterException: "${scheduleExpression}" is no rate(...) or cron(...).`);
    }),
  create: async ({ secretId, rotationLambdaArn }, cloud) => {
    await clientOf(cloud, SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: secretId as string }));
    if (cloud.account.byArn(rotationLambdaArn as string) === undefined) {
      throw new Error(`AccessDeniedException: Secrets Manager cannot invoke ${rotationLambdaArn}: no such function.`);
    }
    return { id: secretId as string, outputs: { rotationEnabled: true } };
  },
  read: async ({ id }, cloud) => {
    const call = clientOf(cloud, SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: id }));
    const secret = await unlessMissing(call, MISSING);
    return secret === undefined || secret.DeletedDate !== undefined ? undefined : { rotationEnabled: true };
  },
};
