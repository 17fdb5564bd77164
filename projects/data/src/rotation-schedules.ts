import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Alarms } from "./alarms.ts";
import type { Bootstrap } from "./bootstrap.ts";
import type { DatabaseProxy } from "./database-proxy.ts";
import type { Database } from "./database.ts";
import type { Rotation } from "./rotation.ts";
import type { SecretName, Secrets } from "./secrets.ts";

/** At night in America; the two logins half a month apart, so that each has been idle when its turn comes. */
export const SCHEDULES = {
  dbAppA: "cron(0 8 1 * ? *)",
  dbAppB: "cron(0 8 15 * ? *)",
  cacheApi: "cron(0 8 8 * ? *)",
  cacheInvalidator: "cron(0 8 22 * ? *)",
  // A pseudonym is good for a year.
  pseudonymSalt: "cron(0 8 1 7 ? *)",
} as const satisfies Record<SecretName, string>;
const CLIENT_DAYS = 90;
const MASTER_DAYS = 7;
const WINDOW = "2h";
const DAY_SECONDS = 86_400;

export interface RotationSchedulesArgs {
  config: Config;
  rotation: Rotation;
  secrets: Secrets;
  database: Database;
  proxy: DatabaseProxy;
  bootstrap: Bootstrap;
  alarms: Alarms;
}

/** When each secret rotates. A schedule is tested as it is set up, so what the function needs must be there before. */
export class RotationSchedules extends pulumi.ComponentResource {
  constructor(name: string, args: RotationSchedulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:RotationSchedules", name, {}, opts);
    const { config, rotation, secrets, database, proxy, bootstrap } = args;
    const permission = new aws.lambda.Permission(
      "secrets-manager",
      {
        statementId: "SecretsManagerRotates",
        action: "lambda:InvokeFunction",
        function: rotation.function.name,
        principal: "secretsmanager.amazonaws.com",
        sourceAccount: config.accountId,
      },
      { parent: this },
    );
    const schedule = (purpose: string, secretId: pulumi.Input<string>, scheduleExpression: string) =>
      new aws.secretsmanager.SecretRotation(
        purpose,
        {
          secretId,
          rotationLambdaArn: rotation.arn,
          rotateImmediately: false,
          rotationRules: { scheduleExpression, duration: WINDOW },
        },
        { parent: this, dependsOn: [permission, bootstrap.invocation, proxy.target] },
      );
    for (const [field, scheduleExpression] of Object.entries(SCHEDULES)) {
      schedule(field, secrets.arns[field as SecretName], scheduleExpression);
    }
    for (const [system, secretArn] of Object.entries(secrets.clients)) {
      schedule(`client-${system}`, secretArn, `rate(${CLIENT_DAYS} days)`);
    }
    // RDS has a function of its own for it.
    new aws.secretsmanager.SecretRotation(
      "master",
      {
        secretId: database.masterSecretArn,
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays: MASTER_DAYS },
      },
      { parent: this },
    );
    this.retireClientSecrets(args);
    this.registerOutputs({});
  }

  /** A client's former secret ends a week after its rotation: somebody has to look every day. */
  private retireClientSecrets({ config, rotation, alarms }: RotationSchedulesArgs): void {
    const rule = new aws.cloudwatch.EventRule(
      "retire-client-secrets",
      {
        name: config.name("retire-client-secrets", "eventRule"),
        description: "Ends client secrets a week after their rotation",
        scheduleExpression: "rate(1 day)",
        state: "ENABLED",
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    const permission = new aws.lambda.Permission(
      "retire-client-secrets",
      {
        statementId: "ScheduleRetires",
        action: "lambda:InvokeFunction",
        function: rotation.function.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      "retire-client-secrets",
      {
        rule: rule.name,
        targetId: "rotation-function",
        arn: rotation.arn,
        input: JSON.stringify({ operation: "retire-client-secrets" }),
        deadLetterConfig: { arn: alarms.deadLetterQueue.arn },
        retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
      },
      { parent: this, dependsOn: [permission] },
    );
  }
}
