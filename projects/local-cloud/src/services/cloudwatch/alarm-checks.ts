import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { metricQueryFaults } from "./metric-queries.ts";

const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"] as const;
const ACTIONS_MAX = 5;
/** What an alarm may set off: topics, scaling policies, EC2's and Systems Manager's answers, functions. */
const ACTION = new RegExp(
  [
    "^arn:aws:sns:[a-z0-9-]+:\\d{12}:[\\w-]+$",
    "^arn:aws:lambda:[a-z0-9-]+:\\d{12}:function:[\\w-]+(:[\\w$-]+)?$",
    "^arn:aws:autoscaling:[a-z0-9-]+:\\d{12}:scalingPolicy:.+$",
    "^arn:aws:automate:[a-z0-9-]+:ec2:(stop|terminate|recover|reboot)$",
    "^arn:aws:swf:[a-z0-9-]+:\\d{12}:action/actions/.+$",
    "^arn:aws:ssm:[a-z0-9-]+:\\d{12}:opsitem:[1-4](#.+)?$",
    "^arn:aws:ssm-incidents::\\d{12}:response-plan/.+$",
  ].join("|"),
);
const DESCRIPTION_MAX = 1_024;
/** Periods times evaluations: a week, or a day when a period is shorter than an hour. */
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** What CloudWatch refuses by looking at an alarm alone. */
export function alarmFailures(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { name, comparisonOperator, period, evaluationPeriods, datapointsToAlarm, treatMissingData, statistic } =
      inputs;
    if (known(name) && !/^[\x20-\x7e]{1,255}$/.test(name))
      refuse("name", "ValidationError: an alarm name has 1 to 255 ASCII characters");
    if (known(inputs.alarmDescription) && inputs.alarmDescription.length > DESCRIPTION_MAX)
      refuse("alarmDescription", `ValidationError: a description has up to ${DESCRIPTION_MAX} characters`);
    if (known(comparisonOperator) && !COMPARISONS.includes(comparisonOperator))
      refuse("comparisonOperator", `ValidationError: "${comparisonOperator}" is not one of ${COMPARISONS.join(", ")}`);
    if (known(period) && ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
      refuse("period", `ValidationError: period ${period} must be 10, 20, 30 or a multiple of 60 seconds`);
    if (known(evaluationPeriods) && evaluationPeriods < 1)
      refuse("evaluationPeriods", `ValidationError: evaluationPeriods ${evaluationPeriods} is not at least 1`);
    if (known(period) && known(evaluationPeriods)) {
      const most = period >= HOUR_SECONDS ? 7 * DAY_SECONDS : DAY_SECONDS;
      if (period * evaluationPeriods > most)
        refuse(
          "evaluationPeriods",
          `ValidationError: Metrics cannot be checked across more than ${most / DAY_SECONDS} day(s) ` +
            `(EvaluationPeriods * Period must be <= ${most}).`,
        );
    }
    if (known(datapointsToAlarm) && known(evaluationPeriods) && datapointsToAlarm > evaluationPeriods)
      refuse(
        "datapointsToAlarm",
        `ValidationError: datapointsToAlarm ${datapointsToAlarm} is more than evaluationPeriods ${evaluationPeriods}`,
      );
    if (known(treatMissingData) && !["missing", "ignore", "breaching", "notBreaching"].includes(treatMissingData))
      refuse(
        "treatMissingData",
        `ValidationError: "${treatMissingData}" is not missing, ignore, breaching or notBreaching`,
      );
    if (known(statistic) && !["SampleCount", "Average", "Sum", "Minimum", "Maximum"].includes(statistic))
      refuse("statistic", `ValidationError: "${statistic}" is no statistic`);
    if (statistic !== undefined && inputs.extendedStatistic !== undefined)
      refuse("extendedStatistic", "ValidationError: an alarm has a statistic or an extendedStatistic, not both");
    const { extendedStatistic, evaluateLowSampleCountPercentiles: lowCount, dimensions } = inputs;
    if (known(extendedStatistic) && !isExtendedStatistic(extendedStatistic))
      refuse("extendedStatistic", `ValidationError: "${extendedStatistic}" is no percentile or trimmed statistic`);
    if (known(lowCount) && !["evaluate", "ignore"].includes(lowCount))
      refuse("evaluateLowSampleCountPercentiles", `ValidationError: "${lowCount}" is not evaluate or ignore`);
    if (lowCount !== undefined && extendedStatistic === undefined)
      refuse("evaluateLowSampleCountPercentiles", "ValidationError: it is about percentiles, and there is none");
    for (const reason of known(dimensions) ? dimensionFaults(dimensions as Properties) : [])
      refuse("dimensions", `ValidationError: ${reason}`);
    if ((inputs.metricName === undefined) === (inputs.metricQueries === undefined))
      refuse("metricName", "ValidationError: an alarm watches metricName or metricQueries, exactly one of them");
    if (inputs.metricQueries !== undefined && ["period", "statistic", "namespace"].some((name) => name in inputs))
      refuse("metricQueries", "ValidationError: period, statistic and namespace belong to each metric of a query");
    if (inputs.metricName !== undefined && statistic === undefined && extendedStatistic === undefined)
      refuse("statistic", "ValidationError: an alarm on a metric needs a statistic");
    const queries = knownItems(inputs.metricQueries as Properties[] | undefined);
    for (const reason of queries ? metricQueryFaults(queries) : [])
      refuse("metricQueries", `ValidationError: ${reason}`);
    for (const [property, reason] of actionFaults(inputs)) refuse(property, `ValidationError: ${reason}`);
  });
}

/** Of metric alarms and composite alarms alike. */
export function actionFaults(inputs: Properties): readonly (readonly [string, string])[] {
  return ACTIONS.flatMap((property) => {
    const actions = (knownItems(inputs[property]) ?? []) as string[];
    const odd = actions.find((action) => !ACTION.test(action));
    return [
      ...(odd === undefined ? [] : [[property, `Invalid arn syntax: ${odd}`] as const]),
      ...(actions.length > ACTIONS_MAX
        ? [[property, `an alarm has up to ${ACTIONS_MAX} actions for a state`] as const]
        : []),
    ];
  });
}

/** Percentiles (`p99`, `p99.9`) and statistics over a part of the values (`tm95`, `PR(0:1)`). */
export function isExtendedStatistic(statistic: string): boolean {
  return /^(p|tm|wm|tc|ts)(100|\d{1,2})(\.\d{1,10})?$|^(IQM|(PR|TM|WM|TC|TS)\([\d.]*%?:[\d.]*%?\))$/.test(statistic);
}

const DIMENSIONS_MAX = 30;

export function dimensionFaults(dimensions: Properties): readonly string[] {
  const names = Object.keys(dimensions);
  return [
    ...(names.length > DIMENSIONS_MAX ? [`a metric has up to ${DIMENSIONS_MAX} dimensions`] : []),
    ...names
      .filter((name) => !/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(name) || name.startsWith(":"))
      .map((name) => `"${name}" is no dimension's name`),
    ...Object.entries(dimensions)
      .filter(([, value]) => known(value) && !/^[\x20-\x7e]{1,1024}$/.test(value))
      .map(([name]) => `the value of dimension ${name} must have 1 to 1024 ASCII characters`),
  ];
}
