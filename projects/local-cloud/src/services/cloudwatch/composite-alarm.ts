import { readAlarmRule } from "@records/cloudwatch";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { actionFaults } from "./alarm-checks.ts";

export const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** An alarm on other alarms, which have to be there first. */
export const compositeAlarm = recordedType({
  token: COMPOSITE_ALARM,
  id: (inputs) => inputs.alarmName,
  arn: (_, id) => arn("cloudwatch", `alarm:${id}`),
  replaceOnChanges: ["alarmName"],
  uniqueBy: ["alarmName"],
  check: (inputs) =>
    failures((refuse) => {
      const { alarmName, alarmRule, alarmDescription } = inputs;
      if (known(alarmName) && !/^[\x20-\x7e]{1,255}$/.test(alarmName))
        refuse("alarmName", "ValidationError: an alarm name has 1 to 255 ASCII characters");
      if (known(alarmDescription) && alarmDescription.length > 1_024)
        refuse("alarmDescription", "ValidationError: a description has up to 1024 characters");
      const fault = known(alarmRule) ? readAlarmRule(alarmRule).fault : undefined;
      if (fault !== undefined) refuse("alarmRule", `ValidationError: AlarmRule is invalid: ${fault}`);
      for (const [property, reason] of actionFaults(inputs)) refuse(property, `ValidationError: ${reason}`);
    }),
  conflict: ({ alarmRule }, cloud) => {
    const there = new Set([
      ...cloud.account.ofType(METRIC_ALARM).map(({ id }) => id),
      ...cloud.account.ofType(COMPOSITE_ALARM).map(({ id }) => id),
    ]);
    const missing = readAlarmRule(alarmRule).alarms.find((alarm) => !there.has(alarm.replace(/^arn:.*:alarm:/, "")));
    return missing === undefined
      ? undefined
      : `ValidationError: Could not save the composite alarm as the alarm "${missing}" does not exist.`;
  },
});

/** AWS keeps an alarm that a composite alarm's rule names. */
export function heldByRule(id: string, rules: readonly string[]): string | undefined {
  return rules.some((rule) => readAlarmRule(rule).alarms.includes(id))
    ? `ValidationError: Cannot delete ${id} as there are composite alarm(s) depending on it.`
    : undefined;
}
