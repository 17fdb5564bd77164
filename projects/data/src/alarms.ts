import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { DatabaseEvents } from "./database-events.ts";
import { deadLetterQueue } from "./dead-letter-queue.ts";

const INTERNAL = tagsFor({ classification: "internal", retention: "none" });
const DAY_SECONDS = 86_400;

/** Jobs of AWS Backup that somebody has to look at. A test of a restore that fails is one of them. */
export const FAILED_JOBS = {
  source: ["aws.backup"],
  "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
  detail: {
    // One thing with two names: some of these events call it a state, the others a status.
    $or: [{ state: ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"] }, { status: ["ABORTED", "FAILED"] }],
  },
} as const;

/** Tells of backups that fail and of what RDS does to databases; what cannot be told waits in a queue that is watched, for this layer and the next. */
export class Alarms extends pulumi.ComponentResource {
  readonly deadLetterQueue;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Alarms", name, {}, opts);
    const queue = deadLetterQueue(this, {
      config,
      purpose: "alarms",
      classification: "internal",
      admits: (queueArn) => [
        {
          Sid: "RulesSetAside",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queueArn,
          // By name: rules of compute set aside here as well.
          Condition: {
            StringEquals: { "aws:SourceAccount": config.accountId },
            ArnLike: {
              "aws:SourceArn": config.arn("events", `rule/${config.name("any", "eventRule").replace(/any$/, "*")}`),
            },
          },
        },
      ],
    });
    this.deadLetterQueue = { arn: queue.arn, url: queue.url };
    this.watch(config, queue.name);
    // Events of AWS Backup and of RDS are the account's, whichever stack they come from.
    if (config.accountBaseline) {
      this.tellOfFailedJobs(config, queue.arn);
      new DatabaseEvents("database-events", config, { parent: this });
    }
    this.registerOutputs({ queue: queue.arn });
  }

  private tellOfFailedJobs(config: Config, queueArn: pulumi.Input<string>): void {
    const rule = new aws.cloudwatch.EventRule(
      "backup-failed",
      {
        name: config.name("backup-failed", "eventRule"),
        description: "A backup, a copy or a restore did not come to its end",
        eventPattern: JSON.stringify(FAILED_JOBS),
        state: "ENABLED",
        tags: INTERNAL,
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      "backup-failed",
      {
        rule: rule.name,
        targetId: "alert-topic",
        arn: config.security.alertTopicArn,
        deadLetterConfig: { arn: queueArn },
        retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
      },
      { parent: this },
    );
  }

  private watch(config: Config, queueName: pulumi.Input<string>): void {
    new aws.cloudwatch.MetricAlarm(
      "alarms-dlq",
      {
        name: config.name("alarms-dlq-not-empty", "alarm"),
        alarmDescription:
          "A notice or a scheduled run could not be delivered. Read it in the queue, then mend the way to its target.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queueName },
        statistic: "Maximum",
        period: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // An idle queue reports nothing.
        treatMissingData: "notBreaching",
        actionsEnabled: true,
        alarmActions: [config.security.alertTopicArn],
        tags: INTERNAL,
      },
      { parent: this },
    );
  }
}
