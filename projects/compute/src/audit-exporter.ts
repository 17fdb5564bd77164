import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AuditExporterEnvironment } from "@records/contracts";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { auditExporterRole } from "./audit-exporter-role.ts";
import { functionEnvironment } from "./environment.ts";
import { privateFunction, type PrivateFunction } from "./function.ts";

const HOUR_SECONDS = 3_600;

/** When it runs, in UTC. A run that could not start within the hour is left to the next one, which does its work. */
const RUNS = [
  {
    purpose: "audit-export",
    description: "Copies the audit log to the write-once store",
    schedule: "cron(0 * * * ? *)",
    input: { operation: "export" },
  },
  {
    purpose: "audit-anchor",
    description: "Signs what was copied, once for each day that has ended",
    schedule: "cron(5 0 * * ? *)",
    input: { operation: "anchor" },
  },
] as const;

/** Copies the audit log from its table to where nobody can change it. */
export class AuditExporter extends pulumi.ComponentResource {
  readonly published: PrivateFunction["published"];

  constructor(name: string, config: Config, args: { after: readonly pulumi.Resource[] }) {
    super("srs:compute:AuditExporter", name);
    const { settings, security, data, network, artifacts } = config;
    const made = privateFunction(
      config,
      {
        purpose: "audit-exporter",
        role: auditExporterRole(config, this),
        folder: artifacts.auditExporterFolder,
        environment: functionEnvironment<AuditExporterEnvironment>({
          ENVIRONMENT: settings.suffix,
          DATABASE_HOST: data.database.proxyEndpoint,
          DATABASE_PORT: data.database.proxyPort,
          DATABASE_NAME: data.database.name,
          DATABASE_SECRET_ARN_A: data.secretArns.dbAppA,
          DATABASE_SECRET_ARN_B: data.secretArns.dbAppB,
          AUDIT_BUCKET: security.auditBucket.name,
          AUDIT_KEY_ARN: security.kmsKeyArns.audit,
          SIGNING_KEY_ARN: security.kmsKeyArns.signing,
        }),
        securityGroupId: network.securityGroupIds.consumer,
        timeoutSeconds: 600,
        memoryMiB: 1024,
        // Two runs at a time would plan the same range, and one of them would fail for nothing.
        concurrency: 1,
        classification: "audit",
      },
      { parent: this },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: made.lambda.name,
        qualifier: made.live.name,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: HOUR_SECONDS,
      },
      { parent: this },
    );
    for (const run of RUNS) this.#schedule(config, made, run, args.after);
    this.published = made.published;
    this.registerOutputs(this.published);
  }

  #schedule(
    { settings, data }: Config,
    { lambda, live }: PrivateFunction,
    { purpose, description, schedule, input }: (typeof RUNS)[number],
    after: readonly pulumi.Resource[],
  ): void {
    const rule = new aws.cloudwatch.EventRule(
      purpose,
      {
        name: settings.name(purpose, "eventRule"),
        description,
        scheduleExpression: schedule,
        state: "ENABLED",
        tags: tagsFor({ classification: "audit", retention: "none" }),
      },
      // Before the migration there is nothing to read from.
      { parent: this, dependsOn: [...after] },
    );
    const permission = new aws.lambda.Permission(
      purpose,
      {
        statementId: settings.name(purpose, "eventRule"),
        function: lambda.name,
        qualifier: live.name,
        action: "lambda:InvokeFunction",
        principal: "events.amazonaws.com",
        sourceAccount: settings.accountId,
        sourceArn: rule.arn,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      purpose,
      {
        rule: rule.name,
        targetId: "audit-exporter",
        arn: live.arn,
        input: JSON.stringify(input),
        deadLetterConfig: { arn: data.deadLetterQueues.alarms.arn },
        retryPolicy: { maximumEventAgeInSeconds: HOUR_SECONDS, maximumRetryAttempts: 24 },
      },
      { parent: this, dependsOn: [permission] },
    );
  }
}
