/** The lines of a metric widget: sample data for its metrics, and what its expressions make of them. */
import { optionsOf, type MetricLine, type MetricWidget } from "../dashboard-body.ts";
import { evaluateMath, type Series } from "../metric-math/evaluate.ts";
import { isMetricsQuery } from "../metric-math/faults.ts";
import { sampleSeries, type Shape } from "./sample-data.ts";

export interface PlottedLine {
  readonly label: string;
  readonly points: Series;
}

/** How many series a search or a grouped query shows in a picture. */
const FOUND = 3;

export interface Shown {
  /** Of time. */
  readonly minutes: number;
  /** Of metrics that AWS does not have. */
  readonly shapes?: readonly Shape[];
}

export function linesOf({ properties }: MetricWidget, { minutes, shapes }: Shown): readonly PlottedLine[] {
  const { metrics, period = 300, stat = "Average" } = properties;
  const grid = { points: Math.max(2, Math.round((minutes * 60) / period)), periodSeconds: period };
  const named: Record<string, Series> = {};
  const sampled = metrics.map((line) => {
    const { id, expression, stat: own } = optionsOf(line);
    if (expression !== undefined) return undefined;
    const series = sampleSeries([...namesIn(line), own ?? stat], grid, shapes);
    if (id !== undefined) named[id] = series;
    return series;
  });
  return metrics.flatMap((line, at): readonly PlottedLine[] => {
    const { label, expression, visible } = optionsOf(line);
    if (visible === false) return [];
    const shown = label ?? namesIn(line)[1] ?? "";
    if (expression === undefined) return [{ label: shown, points: sampled[at]! }];
    if (isMetricsQuery(expression) || expression.startsWith("SEARCH("))
      return found(expression, shown, (words) => sampleSeries(words, grid, shapes));
    return [{ label: shown, points: evaluateMath(expression, named) }];
  });
}

/** What a search would find is not known here: some series, named by number. */
function found(
  expression: string,
  label: string,
  sample: (words: readonly string[]) => Series,
): readonly PlottedLine[] {
  const metric = /SUM\((\w+)\)|MetricName="(\w+)"/.exec(expression)?.slice(1).find(Boolean) ?? expression;
  const many = expression.startsWith("SEARCH(") || expression.includes("GROUP BY");
  return Array.from({ length: many ? FOUND : 1 }, (_, index) => ({
    label: many ? `${label === "" ? "found" : label} ${index + 1}` : label,
    points: sample(["found", metric, String(index + 1)]),
  }));
}

function namesIn(line: MetricLine): readonly string[] {
  return line.filter((part) => typeof part === "string");
}
