import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];

const metricAlarm = recordedType({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  id: (inputs) => inputs.name,
  arn: (_, id) => arn("cloudwatch", `alarm:${id}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, comparisonOperator, period, evaluationPeriods, datapointsToAlarm, treatMissingData, statistic } =
        inputs;
      if (known(name) && !/^[\x20-\x7e]{1,255}$/.test(name))
        refuse("name", "ValidationError: an alarm name has 1 to 255 ASCII characters");
      if (known(comparisonOperator) && !COMPARISONS.includes(comparisonOperator))
        refuse(
          "comparisonOperator",
          `ValidationError: "${comparisonOperator}" is not one of ${COMPARISONS.join(", ")}`,
        );
      if (known(period) && ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
        refuse("period", `ValidationError: period ${period} must be 10, 20, 30 or a multiple of 60 seconds`);
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
      if ((inputs.metricName === undefined) === (inputs.metricQueries === undefined))
        refuse("metricName", "ValidationError: an alarm watches metricName or metricQueries, exactly one of them");
    }),
});

const logMetricFilter = recordedType({
  token: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  id: (inputs) => inputs.name,
  replaceOnChanges: ["name", "logGroupName"],
  autoName: "name",
  uniqueBy: ["logGroupName", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, pattern } = inputs;
      if (known(name) && !/^[^:*]{1,512}$/.test(name))
        refuse(
          "name",
          `InvalidParameterException: filter name "${name}" must have 1 to 512 characters without : and *`,
        );
      if (known(pattern) && pattern.length > 1_024)
        refuse("pattern", "InvalidParameterException: a pattern has at most 1024 characters");
    }),
  conflict: (inputs, cloud) =>
    cloud.account.byId(LOG_GROUP, inputs.logGroupName) === undefined
      ? `ResourceNotFoundException: The specified log group ${inputs.logGroupName} does not exist.`
      : undefined,
});

const dashboard = recordedType({
  token: "aws:cloudwatch/dashboard:Dashboard",
  id: (inputs) => inputs.dashboardName,
  replaceOnChanges: ["dashboardName"],
  computed: { dashboardArn: (_, id) => arn("cloudwatch", `dashboard/${id}`, "") },
  uniqueBy: ["dashboardName"],
  check: (inputs) =>
    failures((refuse) => {
      const { dashboardName, dashboardBody } = inputs;
      if (known(dashboardName) && !/^[A-Za-z0-9_-]{1,255}$/.test(dashboardName))
        refuse("dashboardName", `InvalidParameterValue: "${dashboardName}" must have 1 to 255 letters, digits, - or _`);
      if (known(dashboardBody) && parsed(dashboardBody) === undefined)
        refuse("dashboardBody", "InvalidParameterInput: The dashboard body is not JSON");
    }),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const cloudwatchResources: readonly ResourceType[] = [metricAlarm, logMetricFilter, dashboard];
