import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { patternFault } from "./filter-pattern.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const FILTERS_PER_GROUP_MAX = 100;
const DIMENSIONS_MAX = 3;

export const logMetricFilter = recordedType({
  token: FILTER,
  id: (inputs) => inputs.name,
  replaceOnChanges: ["name", "logGroupName"],
  autoName: "name",
  uniqueBy: ["logGroupName", "name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, pattern, metricTransformation } = inputs;
      if (known(name) && !/^[^:*]{1,512}$/.test(name))
        refuse(
          "name",
          `InvalidParameterException: filter name "${name}" must have 1 to 512 characters without : and *`,
        );
      if (known(pattern) && pattern.length > 1_024)
        refuse("pattern", "InvalidParameterException: a pattern has at most 1024 characters");
      const fault = known(pattern) ? patternFault(pattern) : undefined;
      if (fault !== undefined) refuse("pattern", `InvalidParameterException: Invalid metric filter pattern: ${fault}`);
      for (const reason of known(metricTransformation) ? metricFaults(metricTransformation as Properties) : [])
        refuse("metricTransformation", `InvalidParameterException: ${reason}`);
    }),
  conflict: ({ logGroupName }, cloud, self) => {
    if (cloud.account.byId(LOG_GROUP, logGroupName) === undefined)
      return `ResourceNotFoundException: The specified log group ${logGroupName} does not exist.`;
    const others = cloud.account.ofType(FILTER).filter(({ inputs }) => inputs.logGroupName === logGroupName);
    return self === undefined && others.length >= FILTERS_PER_GROUP_MAX
      ? `LimitExceededException: Resource limit exceeded: a log group has up to ${FILTERS_PER_GROUP_MAX} metric filters.`
      : undefined;
  },
});

function metricFaults({ name, namespace, value, defaultValue, dimensions, unit }: Properties): readonly string[] {
  const faults: string[] = [];
  for (const [label, text] of Object.entries({ name, namespace }))
    if (known(text) && !/^[^:*$]{1,255}$/.test(text as string))
      faults.push(`metric ${label} "${text as string}" must have 1 to 255 characters without : * and $`);
  if (known(value) && !/^(-?\d+(\.\d+)?|\$.+)$/.test(String(value)))
    faults.push(`metric value "${value}" is no number and no field such as $.size`);
  if (known(defaultValue) && !Number.isFinite(Number(defaultValue)))
    faults.push(`defaultValue "${defaultValue}" is no number`);
  if (dimensions !== undefined && defaultValue !== undefined)
    faults.push("a metric with dimensions has no defaultValue");
  if (known(dimensions) && Object.keys(dimensions as object).length > DIMENSIONS_MAX)
    faults.push(`a metric has up to ${DIMENSIONS_MAX} dimensions`);
  if (known(unit) && !/^(None|Count|Percent|Seconds|Micro|Milli|Bytes|Kilo|Mega|Giga|Tera|Bits)/.test(unit))
    faults.push(`"${unit}" is no unit`);
  return faults;
}
