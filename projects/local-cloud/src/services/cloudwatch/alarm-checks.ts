import { failures, known, knownItems } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];
const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];
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
    if ((inputs.metricName === undefined) === (inputs.metricQueries === undefined))
      refuse("metricName", "ValidationError: an alarm watches metricName or metricQueries, exactly one of them");
    for (const property of ACTIONS) {
      const actions = (knownItems(inputs[property]) ?? []) as string[];
      const odd = actions.find((action) => !ACTION.test(action));
      if (odd !== undefined) refuse(property, `ValidationError: Invalid arn syntax: ${odd}`);
      if (actions.length > ACTIONS_MAX)
        refuse(property, `ValidationError: an alarm has up to ${ACTIONS_MAX} actions for a state`);
    }
  });
}
