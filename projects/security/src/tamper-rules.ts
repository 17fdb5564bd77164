import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyInsecureTransport, denyOtherAccounts, policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { ruleArn } from "./expected-arns.ts";
import { tamperRules, type TamperRule } from "./tamper-patterns.ts";

const DAY_SECONDS = 86_400;

export interface TamperRulesArgs {
  config: Config;
  /** Key `events`, of the queue. */
  keyArn: pulumi.Input<string>;
  /** Topic that hears of tampering. */
  topicArn: pulumi.Input<string>;
  /** Topic that hears when the notices themselves do not arrive. */
  alertTopicArn: pulumi.Input<string>;
}

/** Tells the security team, within a minute, of what nobody does by accident; what cannot be told waits in a queue. */
export class TamperRules extends pulumi.ComponentResource {
  constructor(name: string, args: TamperRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:TamperRules", name, {}, opts);
    const { config } = args;
    const rules = tamperRules({ accountId: config.accountId, auditBucket: config.bucketName("audit") });
    const queueArn = this.deadLetters(rules, args);
    for (const rule of rules) this.tell(rule, queueArn, args);
    this.registerOutputs({});
  }

  private tell(rule: TamperRule, queueArn: pulumi.Input<string>, { config, topicArn }: TamperRulesArgs): void {
    const child = { parent: this };
    const { name } = new aws.cloudwatch.EventRule(
      rule.purpose,
      {
        name: config.name(rule.purpose, "eventRule"),
        description: rule.description,
        eventPattern: JSON.stringify(rule.pattern),
        state: rule.readingCallsToo ? "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" : "ENABLED",
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      rule.purpose,
      {
        rule: name,
        targetId: "security-topic",
        arn: topicArn,
        deadLetterConfig: { arn: queueArn },
        retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
      },
      child,
    );
  }

  /** @returns the queue's ARN, once its policy admits the rules */
  private deadLetters(rules: readonly TamperRule[], args: TamperRulesArgs): pulumi.Output<string> {
    const { config, keyArn, alertTopicArn } = args;
    const child = { parent: this };
    const queue = new aws.sqs.Queue(
      "tamper-dlq",
      {
        name: config.name("tamper-dlq", "sqs"),
        kmsMasterKeyId: keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
        messageRetentionSeconds: 14 * DAY_SECONDS,
        visibilityTimeoutSeconds: 30,
        tags: tagsFor({ classification: "audit", retention: "transient-30d" }),
      },
      child,
    );
    const queueArn = config.arn("sqs", config.name("tamper-dlq", "sqs"));
    const policy = new aws.sqs.QueuePolicy(
      "tamper-dlq",
      {
        queueUrl: queue.url,
        policy: policyDocument([
          {
            Sid: "RulesSetAside",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: { ArnEquals: { "aws:SourceArn": rules.map(({ purpose }) => ruleArn(config, purpose)) } },
          },
          denyInsecureTransport("sqs:*", queueArn),
          denyOtherAccounts(config.accountId, "sqs:*", queueArn),
        ]),
      },
      child,
    );
    new aws.cloudwatch.MetricAlarm(
      "tamper-dlq",
      {
        name: config.name("tamper-dlq-not-empty", "alarm"),
        alarmDescription:
          "A notice of tampering could not be delivered. Read it in the queue, then mend the way to the topic.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        period: 300,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // An idle queue reports nothing.
        treatMissingData: "notBreaching",
        actionsEnabled: true,
        alarmActions: [alertTopicArn],
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      child,
    );
    return pulumi.all([queue.arn, policy.id]).apply(([arn]) => arn);
  }
}
