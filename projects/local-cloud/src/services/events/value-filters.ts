/**
 * The value filters of event patterns, each a test of one leaf of an event:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { BlockList, isIP } from "node:net";

export type Leaf = string | number | boolean | null;
export type LeafTest = (leaf: Leaf) => boolean;

/** What EventBridge refuses in a pattern; the message is the reason alone. */
export class PatternFault extends Error {}

/** EventBridge compares numbers of this size, with six digits behind the point. */
const NUMBER_MAX = 5e9;

/** @param filter what stands in the list of a field: a value, or an object with one filter, `exists` aside */
export function leafTest(filter: unknown): LeafTest {
  if (isLeaf(filter)) return (leaf) => leaf === filter;
  const [name, argument] = singleEntry(filter);
  const build = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (build === undefined) throw new PatternFault(`Unrecognized match type ${name}`);
  return build(argument);
}

const FILTERS: Readonly<Record<string, (argument: unknown) => LeafTest>> = {
  prefix: (argument) => affix("prefix", argument, (text, part) => text.startsWith(part)),
  suffix: (argument) => affix("suffix", argument, (text, part) => text.endsWith(part)),
  "equals-ignore-case": (argument) => equalsIgnoreCase(textOf("equals-ignore-case", argument)),
  wildcard: (argument) => wildcard(textOf("wildcard", argument)),
  numeric: (argument) => numeric(argument),
  cidr: (argument) => cidr(textOf("cidr", argument)),
  "anything-but": (argument) => anythingBut(argument),
};

function affix(name: string, argument: unknown, holds: (text: string, part: string) => boolean): LeafTest {
  if (typeof argument !== "object" || argument === null) {
    const part = textOf(name, argument);
    return (leaf) => typeof leaf === "string" && holds(leaf, part);
  }
  const [inner, value] = singleEntry(argument);
  if (inner !== "equals-ignore-case") throw new PatternFault(`Unsupported ${name} pattern ${inner}`);
  const part = textOf(name, value).toLowerCase();
  return (leaf) => typeof leaf === "string" && holds(leaf.toLowerCase(), part);
}

function equalsIgnoreCase(expected: string): LeafTest {
  const lower = expected.toLowerCase();
  return (leaf) => typeof leaf === "string" && leaf.toLowerCase() === lower;
}

/** `*` stands for any run of characters; `\*` and `\\` for the characters themselves. */
function wildcard(pattern: string): LeafTest {
  const tokens: readonly string[] = pattern.match(/\\[*\\]|\\|\*|[^*\\]+/gs) ?? [];
  if (tokens.includes("\\")) throw new PatternFault("Invalid escape character in wildcard");
  if (tokens.some((token, index) => token === "*" && tokens[index + 1] === "*"))
    throw new PatternFault("Consecutive wildcard characters");
  const expression = tokens.map((token) => {
    if (token === "*") return ".*";
    const text = token.startsWith("\\") ? token.slice(1) : token;
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  const matcher = new RegExp(`^${expression.join("")}$`, "s");
  return (leaf) => typeof leaf === "string" && matcher.test(leaf);
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "=": (left, right) => left === right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
};

/** One comparison, or two that bound a range from below and then from above. */
function numeric(argument: unknown): LeafTest {
  if (!Array.isArray(argument) || ![2, 4].includes(argument.length))
    throw new PatternFault("Value of numeric must be an array of one or two comparisons");
  const [operator, first, second, last] = argument as unknown[];
  const lower = comparison(operator, first);
  if (argument.length === 2) return (leaf) => typeof leaf === "number" && lower(leaf);
  const upper = comparison(second, last);
  if (![">", ">="].includes(String(operator)) || !["<", "<="].includes(String(second)))
    throw new PatternFault("A numeric range begins with > or >= and ends with < or <=");
  if (Number(first) >= Number(last)) throw new PatternFault("Bottom must be less than top");
  return (leaf) => typeof leaf === "number" && lower(leaf) && upper(leaf);
}

function comparison(operator: unknown, operand: unknown): (value: number) => boolean {
  const compare = typeof operator === "string" ? COMPARISONS[operator] : undefined;
  if (compare === undefined) throw new PatternFault(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof operand !== "number") throw new PatternFault(`Value of ${String(operator)} must be numeric`);
  if (Math.abs(operand) > NUMBER_MAX) throw new PatternFault("Value must be between -5.0E9 and 5.0E9, inclusive");
  return (value) => compare(value, operand);
}

function cidr(range: string): LeafTest {
  const [address = "", length, ...rest] = range.split("/");
  const version = isIP(address);
  const bits = Number(length);
  const valid =
    version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(length ?? "") && bits <= (version === 4 ? 32 : 128);
  if (!valid) throw new PatternFault(`Malformed CIDR, got "${range}"`);
  const block = new BlockList();
  block.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
  return (leaf) => {
    const kind = typeof leaf === "string" ? isIP(leaf) : 0;
    return kind === version && block.check(String(leaf), kind === 4 ? "ipv4" : "ipv6");
  };
}

/** Any leaf that is there and is none of these. */
function anythingBut(argument: unknown): LeafTest {
  if (typeof argument !== "object" || argument === null || Array.isArray(argument)) {
    const excluded = listOf(argument);
    const kinds = new Set(excluded.map((value) => typeof value));
    if (![...kinds].every((kind) => kind === "string" || kind === "number") || kinds.size !== 1)
      throw new PatternFault("Inside anything-but list, either all values are number or string");
    return (leaf) => !excluded.includes(leaf);
  }
  const [name, values] = singleEntry(argument);
  if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(name))
    throw new PatternFault(`Unsupported anything-but pattern: ${name}`);
  if (listOf(values).includes("") && name.endsWith("fix")) throw new PatternFault("Null prefix/suffix not allowed");
  const excluded = listOf(values).map((value) => leafTest({ [name]: textOf(name, value) }));
  return (leaf) => !excluded.some((test) => test(leaf));
}

export function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** The one member of a filter. */
export function singleEntry(filter: unknown): [name: string, argument: unknown] {
  if (typeof filter !== "object" || filter === null || Array.isArray(filter))
    throw new PatternFault("Match value must be String, number, true, false, or null");
  const [entry, ...more] = Object.entries(filter as Record<string, unknown>);
  if (entry === undefined) throw new PatternFault("Empty match expression");
  if (more.length > 0) throw new PatternFault("Only one key allowed in match expression");
  return entry;
}

function listOf(value: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new PatternFault("Empty arrays are not allowed");
  return list;
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== "string") throw new PatternFault(`${name} match pattern must be a string`);
  return value;
}
