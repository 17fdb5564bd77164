import { dashboardFaults } from "@records/cloudwatch";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { alarmFailures } from "./alarm-checks.ts";
import { COMPOSITE_ALARM, compositeAlarm, heldByRule, METRIC_ALARM } from "./composite-alarm.ts";
import { logMetricFilter } from "./metric-filter.ts";

const metricAlarm = recordedType({
  token: METRIC_ALARM,
  id: (inputs) => inputs.name,
  arn: (_, id) => arn("cloudwatch", `alarm:${id}`),
  replaceOnChanges: ["name"],
  autoName: "name",
  uniqueBy: ["name"],
  check: alarmFailures,
  inUse: ({ id }, cloud) =>
    heldByRule(
      id,
      cloud.account.ofType(COMPOSITE_ALARM).map(({ inputs }) => inputs.alarmRule as string),
    ),
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
      for (const fault of known(dashboardBody) ? dashboardFaults(dashboardBody as string) : [])
        refuse("dashboardBody", `InvalidParameterInput: The dashboard body is invalid: ${fault}`);
    }),
});

export const cloudwatchResources: readonly ResourceType[] = [metricAlarm, compositeAlarm, logMetricFilter, dashboard];
