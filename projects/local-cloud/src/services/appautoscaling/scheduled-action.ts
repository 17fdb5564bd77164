import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { scheduleFault } from "../events/schedule.ts";
import { noTarget, sameTarget, TARGET } from "./target.ts";

export const SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction";

/** The minimum and maximum of a target from a moment on. Recorded: no clock here moves them. */
export const scheduledAction = recordedType({
  token: SCHEDULED_ACTION,
  // The provider's own form.
  id: ({ name, serviceNamespace, resourceId }) => `${name}-${serviceNamespace}-${resourceId}`,
  arn: ({ name, serviceNamespace, resourceId }, id) =>
    arn(
      "autoscaling",
      `scheduledAction:${derivedHex(32, id)}:resource/${serviceNamespace}/${resourceId}:scheduledActionName/${name}`,
    ),
  replaceOnChanges: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  autoName: "name",
  uniqueBy: ["serviceNamespace", "resourceId", "scalableDimension", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, schedule, timezone, scalableTargetAction: action } = inputs;
      if (known(name) && !/^[^/|:\p{Cc}]{1,256}$/u.test(name))
        refuse("name", "ValidationException: a scheduled action's name has 1 to 256 characters and none of / | :");
      const fault = known(schedule) ? scalingScheduleFault(schedule) : undefined;
      if (fault !== undefined) refuse("schedule", `ValidationException: Schedule "${schedule}" is not valid: ${fault}`);
      if (known(timezone) && !isTimeZone(timezone))
        refuse("timezone", `ValidationException: "${timezone}" is no time zone of the IANA database`);
      if (!known(action)) return;
      const { minCapacity: min, maxCapacity: max } = action as Properties;
      if (min === undefined && max === undefined)
        refuse("scalableTargetAction", "ValidationException: minCapacity or maxCapacity must be given");
      if (known(min) && known(max) && min > max)
        refuse("scalableTargetAction", `ValidationException: Maximum capacity ${max} is below minimum capacity ${min}`);
    }),
  conflict: (inputs, cloud) =>
    cloud.account.ofType(TARGET).some((candidate) => sameTarget(candidate.inputs, inputs))
      ? undefined
      : noTarget(inputs),
});

/** `at(...)` beside EventBridge's two forms: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html */
function scalingScheduleFault(schedule: string): string | undefined {
  const [, moment] = /^at\((.*)\)$/.exec(schedule) ?? [];
  if (moment === undefined) return scheduleFault(schedule);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(moment) && !Number.isNaN(Date.parse(`${moment}Z`))
    ? undefined
    : "at(...) holds a moment as 2027-04-05T07:00:00, without a zone";
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
