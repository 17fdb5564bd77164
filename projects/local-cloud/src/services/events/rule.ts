import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { patternFault } from "./pattern.ts";
import { scheduleFault } from "./schedule.ts";

export const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
export const EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget";
/** The account's own bus; there is no type for another one here. */
export const DEFAULT_BUS = "default";
export const STATES = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

export const busOf = ({ eventBusName }: Properties): string => eventBusName ?? DEFAULT_BUS;

export function stateOf({ state, isEnabled }: Properties): string {
  return state ?? (isEnabled === false ? "DISABLED" : "ENABLED");
}

export const eventRule = recordedType({
  token: EVENT_RULE,
  id: (inputs) => inputs.name,
  arn: (_, id) => arn("events", `rule/${id}`),
  replaceOnChanges: ["name", "namePrefix", "eventBusName"],
  autoName: "name",
  uniqueBy: ["eventBusName", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, scheduleExpression, eventPattern, state, description } = inputs;
      if (known(name) && !/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
        refuse("name", `ValidationException: rule name "${name}" must have 1 to 64 letters, digits or . - _`);
      if (known(description) && description.length > 512)
        refuse("description", "ValidationException: a description has at most 512 characters");
      if (known(state) && !STATES.includes(state))
        refuse("state", `ValidationException: state "${state}" is not one of ${STATES.join(", ")}`);
      if (scheduleExpression === undefined && eventPattern === undefined)
        refuse("eventPattern", "ValidationException: a rule has an eventPattern or a scheduleExpression");
      const scheduleProblem = known(scheduleExpression) ? scheduleFault(scheduleExpression) : undefined;
      if (scheduleProblem !== undefined)
        refuse(
          "scheduleExpression",
          `ValidationException: ScheduleExpression "${scheduleExpression}" is not valid: ${scheduleProblem}`,
        );
      const patternProblem = known(eventPattern) ? patternFault(eventPattern) : undefined;
      if (patternProblem !== undefined) refuse("eventPattern", `InvalidEventPatternException: ${patternProblem}`);
    }),
  conflict: (inputs) =>
    busOf(inputs) === DEFAULT_BUS
      ? undefined
      : `ResourceNotFoundException: Event bus ${busOf(inputs)} does not exist. The local cloud has the default bus alone.`,
  inUse: ({ inputs }, cloud) => {
    const targets = cloud.account.ofType(EVENT_TARGET).filter(({ inputs: target }) => target.rule === inputs.name);
    return targets.length > 0 && inputs.forceDestroy !== true
      ? `ValidationException: Rule can't be deleted since it has targets (${targets.length}).`
      : undefined;
  },
});
