/** The metrics and expressions of an alarm on metric math: one of them is what the alarm looks at. */
import { isMetricId, isMetricsQuery, mathFault } from "@records/cloudwatch";
import { known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { dimensionFaults, isExtendedStatistic } from "./alarm-checks.ts";

/** An alarm's expression may use so many metrics. */
const QUERIES_MAX = 20;
const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

export function metricQueryFaults(queries: readonly Properties[]): readonly string[] {
  const ids = queries.map(({ id }) => id as string).filter((id) => known(id));
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  const returned = queries.filter(({ returnData }) => returnData === true);
  const periods = new Set(queries.map(({ metric }) => (metric as Properties | undefined)?.period).filter(known));
  return [
    ...(queries.length > QUERIES_MAX ? [`an alarm has up to ${QUERIES_MAX} metrics and expressions`] : []),
    ...(twice === undefined ? [] : [`the id "${twice}" is there twice`]),
    ...(returned.length === 1 ? [] : [`exactly one query returns data for the alarm, not ${returned.length}`]),
    ...(periods.size > 1 ? [`all metrics of an alarm have the same period, not ${[...periods].join(" and ")}`] : []),
    ...queries.flatMap((query) => queryFaults(query, ids)),
  ];
}

function queryFaults({ id, metric, expression, period }: Properties, ids: readonly string[]): readonly string[] {
  const faults: string[] = [];
  if (known(id) && !isMetricId(id))
    faults.push(`the id "${id}" must begin with a small letter and hold letters, digits, _`);
  if ((metric === undefined) === (expression === undefined))
    faults.push(`query "${id}" has a metric or an expression, exactly one of them`);
  if (known(expression)) {
    const fault = mathFault(
      expression,
      ids.filter((other) => other !== id),
    );
    if (fault !== undefined) faults.push(`Error in expression '${id}': ${fault}`);
    if (isMetricsQuery(expression) && period === undefined)
      faults.push(`query "${id}" asks Metrics Insights, which needs a period`);
  }
  return known(metric) ? [...faults, ...metricFaults(metric as Properties)] : faults;
}

function metricFaults({ metricName, namespace, period, stat, dimensions, unit }: Properties): readonly string[] {
  const faults: string[] = [];
  if (known(metricName) && (metricName.length < 1 || metricName.length > 255))
    faults.push("a metric's name has 1 to 255 characters");
  if (known(namespace) && !/^[^:][\x20-\x7e]{0,254}$/.test(namespace)) faults.push(`"${namespace}" is no namespace`);
  if (!known(period) || ![10, 20, 30].includes(period))
    if (known(period) && (period < 60 || period % 60 !== 0))
      faults.push(`period ${period} must be 10, 20, 30 or a multiple of 60 seconds`);
  if (known(stat) && !STATISTICS.includes(stat) && !isExtendedStatistic(stat)) faults.push(`"${stat}" is no statistic`);
  if (unit !== undefined && unit === "") faults.push("an empty unit matches nothing");
  return known(dimensions) ? [...faults, ...dimensionFaults(dimensions as Properties)] : faults;
}
