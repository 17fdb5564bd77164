import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { TRAIL_ALARMS, type TrailAlarm } from "./trail-alarm-patterns.ts";
import type { Trail } from "./trail.ts";

const PERIOD_SECONDS = 300;

export interface TrailAlarmsArgs {
  config: Config;
  /** Undefined where another stack of the account has the trail: it has the alarms too. */
  trail: Trail["published"];
  topicArn: pulumi.Input<string>;
}

/** What the trail tells within minutes: a filter, its metric and an alarm for each thing worth being woken for. */
export class TrailAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: TrailAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:TrailAlarms", name, {}, opts);
    const { trail } = args;
    if (trail) {
      for (const alarm of TRAIL_ALARMS) this.watch(alarm, trail.logGroupName, args);
      this.saveQuery(trail.logGroupName, args.config);
    }
    this.registerOutputs({});
  }

  private watch(
    { purpose, description, pattern, threshold }: TrailAlarm,
    logGroupName: pulumi.Input<string>,
    { config, topicArn }: TrailAlarmsArgs,
  ): void {
    const child = { parent: this };
    const metric = { name: purpose, namespace: `srs/${config.suffix}/trail` };
    const filter = new aws.cloudwatch.LogMetricFilter(
      purpose,
      {
        name: config.name(`trail-${purpose}`, "metricFilter"),
        logGroupName,
        pattern,
        metricTransformation: { ...metric, value: "1" },
      },
      child,
    );
    new aws.cloudwatch.MetricAlarm(
      purpose,
      {
        name: config.name(`trail-${purpose}`, "alarm"),
        alarmDescription: `${description}. Look into the trail: who, from where, and was it meant.`,
        namespace: metric.namespace,
        metricName: metric.name,
        statistic: "Sum",
        period: PERIOD_SECONDS,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        threshold,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // Nothing matched: no data, and no reason for concern.
        treatMissingData: "notBreaching",
        actionsEnabled: true,
        alarmActions: [topicArn],
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this, dependsOn: [filter] },
    );
  }

  /** Which roles opened a student's keys, when and for what: KMS writes each call's encryption context into the trail. */
  private saveQuery(logGroupName: pulumi.Input<string>, config: Config): void {
    new aws.cloudwatch.QueryDefinition(
      "keys-by-student",
      {
        name: config.name("keys-by-student", "logQuery"),
        logGroupNames: [logGroupName],
        queryString: KEYS_BY_STUDENT,
      },
      { parent: this },
    );
  }
}

const KEYS_BY_STUDENT = [
  "fields @timestamp, eventName, userIdentity.sessionContext.sessionIssuer.userName as role," +
    " requestParameters.encryptionContext.purpose as purpose, sourceIPAddress, errorCode, eventID",
  'filter eventSource = "kms.amazonaws.com" and eventName in ["Decrypt", "GenerateDataKey"]',
  'filter requestParameters.encryptionContext.studentId = "put the student\'s id here"',
  "sort @timestamp desc",
  "limit 10000",
].join("\n| ");
