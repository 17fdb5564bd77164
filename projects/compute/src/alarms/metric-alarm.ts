import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../../config.ts";
import type { AlarmRow, CompositeRow, Metric } from "./alarm.ts";

const TAGS = tagsFor({ classification: "internal", retention: "none" });
const COMPARISONS = {
  above: "GreaterThanThreshold",
  "at least": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
} as const satisfies Record<AlarmRow["comparison"], string>;

export function metricAlarm(
  config: Config,
  row: AlarmRow,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    row.purpose,
    {
      name: config.settings.name(row.purpose, "alarm"),
      alarmDescription: description(row),
      ...subjectOf(row),
      comparisonOperator: COMPARISONS[row.comparison],
      threshold: row.threshold,
      datapointsToAlarm: row.points[0],
      evaluationPeriods: row.points[1],
      treatMissingData: row.missing,
      ...actions(config, row.urgency),
      tags: TAGS,
    },
    opts,
  );
}

export function compositeAlarm(
  config: Config,
  row: CompositeRow,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.CompositeAlarm {
  const parts = row.all.map((part) => metricAlarm(config, part, opts));
  return new aws.cloudwatch.CompositeAlarm(
    row.purpose,
    {
      alarmName: config.settings.name(row.purpose, "alarm"),
      alarmDescription: description(row),
      alarmRule: pulumi.all(parts.map(({ name }) => name)).apply((names) => allOf(names)),
      ...actions(config, row.urgency),
      tags: TAGS,
    },
    opts,
  );
}

export function allOf(names: readonly string[]): string {
  return names.map((name) => `ALARM("${name}")`).join(" AND ");
}

/** A part is looked at by what it is part of; all others tell the operators when they begin, and when they end. */
function actions({ security }: Config, urgency: AlarmRow["urgency"]) {
  const told = urgency === "part" ? [] : [security.alertTopicArn];
  return { actionsEnabled: urgency !== "part", alarmActions: told, okActions: told, insufficientDataActions: [] };
}

function description({ urgency, says, todo }: Pick<AlarmRow, "urgency" | "says" | "todo">): string {
  return `${urgency === "page" ? "PAGE. " : ""}${says}. ${todo}`;
}

function subjectOf({ subject, periodSeconds }: AlarmRow) {
  if ("metric" in subject) {
    const { namespace, name, dimensions, statistic } = subject.metric;
    return {
      namespace,
      metricName: name,
      dimensions,
      period: periodSeconds,
      ...(isPercentile(statistic)
        ? { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: "ignore" }
        : { statistic }),
    };
  }
  if ("query" in subject)
    return {
      metricQueries: [
        { id: "query", expression: subject.query, label: subject.label, period: periodSeconds, returnData: true },
      ],
    };
  const metrics = Object.entries(subject.metrics).map(([id, metric]) => ({
    id,
    metric: queried(metric, periodSeconds),
    returnData: false,
  }));
  const { expression, label } = subject;
  return { metricQueries: [...metrics, { id: "result", expression, label, returnData: true }] };
}

function queried({ namespace, name, dimensions, statistic }: Metric, period: number) {
  return { namespace, metricName: name, dimensions, stat: statistic, period };
}

function isPercentile(statistic: Metric["statistic"]): boolean {
  return statistic.startsWith("p");
}
