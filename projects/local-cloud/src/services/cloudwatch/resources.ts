import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { alarmFailures } from "./alarm-checks.ts";
import { logMetricFilter } from "./metric-filter.ts";

const metricAlarm = recordedType({
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  id: (inputs) => inputs.name,
  arn: (_, id) => arn("cloudwatch", `alarm:${id}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  uniqueBy: ["name"],
  check: alarmFailures,
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
