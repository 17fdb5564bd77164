import { MathFault, parseMath, type Expression } from "./parse.ts";

/** Functions of the user guide's table, by the number of arguments they take. */
const FUNCTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ABS: [1, 1],
  ANOMALY_DETECTION_BAND: [1, 2],
  AVG: [1, 1],
  CEIL: [1, 1],
  DATAPOINT_COUNT: [1, 1],
  DAY: [1, 1],
  DIFF: [1, 1],
  DIFF_TIME: [1, 1],
  EPOCH: [1, 1],
  FILL: [2, 2],
  FIRST: [1, 1],
  FLOOR: [1, 1],
  HOUR: [1, 1],
  IF: [2, 3],
  INSIGHT_RULE_METRIC: [2, 2],
  LAST: [1, 1],
  LOG: [1, 1],
  LOG10: [1, 1],
  MAX: [1, 1],
  METRICS: [0, 1],
  METRIC_COUNT: [1, 1],
  MIN: [1, 1],
  MINUTE: [1, 1],
  MONTH: [1, 1],
  PERIOD: [1, 1],
  RATE: [1, 1],
  REMOVE_EMPTY: [1, 1],
  RUNNING_SUM: [1, 1],
  SEARCH: [2, 3],
  SERVICE_QUOTA: [1, 1],
  SLICE: [2, 3],
  SORT: [2, 4],
  STDDEV: [1, 1],
  SUM: [1, 1],
  TIME_SERIES: [1, 1],
  YEAR: [1, 1],
};
const WORDS = ["REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MAX", "MIN", "SUM"];

/** A query in the language of Metrics Insights instead of an expression. */
export function isMetricsQuery(text: string): boolean {
  return /^\s*SELECT\s/i.test(text);
}

export function isMetricId(id: string): boolean {
  return /^[a-z]\w{0,254}$/.test(id);
}

/**
 * @param ids  names that the expression may use
 * @returns what CloudWatch would refuse; undefined when it would take the expression
 */
export function mathFault(text: string, ids: readonly string[]): string | undefined {
  if (isMetricsQuery(text)) return queryFault(text);
  try {
    return faultIn(parseMath(text), ids);
  } catch (error) {
    if (error instanceof MathFault) return error.message;
    throw error;
  }
}

/** Names that an expression uses. */
export function idsOf(text: string): readonly string[] {
  if (isMetricsQuery(text)) return [];
  const ids: string[] = [];
  const visit = (expression: Expression): void => {
    if (expression.kind === "metric") ids.push(expression.id);
    for (const part of partsOf(expression)) visit(part);
  };
  visit(parseMath(text));
  return [...new Set(ids)];
}

function faultIn(expression: Expression, ids: readonly string[]): string | undefined {
  if (expression.kind === "metric" && !ids.includes(expression.id)) return `nothing has the id "${expression.id}"`;
  if (expression.kind === "word" && !WORDS.includes(expression.value))
    return `"${expression.value}" is no function and no id: ids begin with a small letter`;
  if (expression.kind === "call") {
    const arity = FUNCTIONS[expression.name];
    if (arity === undefined) return `there is no function ${expression.name}`;
    const [least, most] = arity;
    const given = expression.args.length;
    if (given < least || given > most)
      return `${expression.name} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${given}`;
  }
  for (const part of partsOf(expression)) {
    const fault = faultIn(part, ids);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "list":
      return expression.items;
    case "call":
      return expression.args;
    case "negative":
      return [expression.of];
    case "operation":
      return [expression.left, expression.right];
    case "number":
    case "metric":
    case "text":
    case "word":
      return [];
  }
}

const QUERY =
  /^\s*SELECT\s+(AVG|COUNT|MAX|MIN|SUM)\(("[^"]+"|\w+)\)\s+FROM\s+("[^"]+"|SCHEMA\("[^"]+"(\s*,\s*("[^"]+"|\w+))*\))(\s+WHERE\s+.+?)?(\s+GROUP\s+BY\s+.+?)?(\s+ORDER\s+BY\s+(AVG|COUNT|MAX|MIN|SUM)\(\)(\s+(ASC|DESC))?)?(\s+LIMIT\s+\d+)?\s*$/i;

function queryFault(text: string): string | undefined {
  return QUERY.test(text) ? undefined : "the query is not SELECT ... FROM ... [WHERE] [GROUP BY] [ORDER BY] [LIMIT]";
}
