/** What an expression makes of data points. A missing one counts as nothing in arithmetic, and dividing by nothing leaves none. */
import { MathFault, parseMath, type Expression, type Operator } from "./parse.ts";

/** Points in time order; undefined where there is none. */
export type Series = readonly (number | undefined)[];
type Value = number | Series | readonly Series[];

const OPERATIONS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};
const OVER_ALL: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

/**
 * @param data  series by id, all of the same length
 * @throws {MathFault} naming the function that this evaluation does not know
 */
export function evaluateMath(text: string, data: Readonly<Record<string, Series>>): Series {
  const length = Object.values(data)[0]?.length ?? 0;
  const value = evaluate(parseMath(text), data);
  if (typeof value === "number") return Array.from({ length }, () => value);
  if (isMany(value)) throw new MathFault("the result is more than one series");
  return value;
}

function evaluate(expression: Expression, data: Readonly<Record<string, Series>>): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "metric": {
      const series = data[expression.id];
      if (series === undefined) throw new MathFault(`nothing has the id "${expression.id}"`);
      return series;
    }
    case "list":
      return expression.items.flatMap((item): readonly Series[] => {
        const value = evaluate(item, data);
        if (typeof value === "number") throw new MathFault("a list holds series, not numbers");
        return isMany(value) ? value : [value];
      });
    case "negative":
      return combine("-", 0, evaluate(expression.of, data));
    case "operation":
      return combine(expression.operator, evaluate(expression.left, data), evaluate(expression.right, data));
    case "call":
      return call(expression.name, expression.args, data);
    case "text":
    case "word":
      throw new MathFault(`"${expression.value}" has no value`);
  }
}

function call(name: string, args: readonly Expression[], data: Readonly<Record<string, Series>>): Value {
  const value = (index: number): Value => evaluate(args[index]!, data);
  const overAll = OVER_ALL[name];
  if (overAll !== undefined) {
    const of = value(0);
    if (typeof of === "number") return of;
    if (!isMany(of)) return overAll(known(of));
    return of[0]!.map((_, at) => {
      const points = known(of.map((series) => series[at]));
      return points.length === 0 ? undefined : overAll(points);
    });
  }
  switch (name) {
    case "METRICS":
      return Object.values(data);
    case "FILL": {
      const [of, filler] = [value(0), value(1)];
      const fill = (series: Series) =>
        series.map((point, at) => point ?? (typeof filler === "number" ? filler : (filler as Series)[at]));
      return typeof of === "number" ? of : isMany(of) ? of.map(fill) : fill(of);
    }
    case "IF": {
      const [condition, yes] = [value(0), value(1)];
      const no = args.length === 3 ? value(2) : undefined;
      if (typeof condition === "number") return condition === 0 ? (no ?? []) : yes;
      return (condition as Series).map((point, at) => {
        if (point === undefined) return undefined;
        return point === 0 ? pointOf(no, at) : pointOf(yes, at);
      });
    }
    case "ABS":
      return map(value(0), Math.abs);
    default:
      throw new MathFault(`${name} is not evaluated here`);
  }
}

function combine(operator: Operator, left: Value, right: Value): Value {
  const apply = OPERATIONS[operator];
  if (typeof left === "number" && typeof right === "number") return apply(left, right);
  if (typeof left !== "number" && isMany(left)) return left.map((each) => combine(operator, each, right) as Series);
  if (typeof right !== "number" && isMany(right)) return right.map((each) => combine(operator, left, each) as Series);
  const length = typeof left === "number" ? (right as Series).length : left.length;
  return Array.from({ length }, (_, at) => {
    const [one, other] = [pointOf(left, at), pointOf(right, at)];
    const present =
      (typeof left !== "number" && one !== undefined) || (typeof right !== "number" && other !== undefined);
    if (!present) return undefined;
    const result = apply(one ?? 0, other ?? 0);
    return Number.isFinite(result) ? result : undefined;
  });
}

function map(value: Value, change: (point: number) => number): Value {
  if (typeof value === "number") return change(value);
  if (isMany(value)) return value.map((series) => map(series, change) as Series);
  return value.map((point) => (point === undefined ? undefined : change(point)));
}

function pointOf(value: Value | undefined, at: number): number | undefined {
  return typeof value === "number" || value === undefined ? value : (value as Series)[at];
}

function known(points: Series): readonly number[] {
  return points.filter((point) => point !== undefined);
}

function isMany(value: Series | readonly Series[]): value is readonly Series[] {
  return Array.isArray(value[0]);
}
