/** The comparisons that a Condition may ask for. */
import { BlockList, isIP } from "node:net";
import { matchesArn, matchesText } from "./pattern.ts";

export type OperatorFamily = "String" | "Arn" | "Bool" | "Numeric" | "Date" | "IpAddress" | "Binary" | "Null";

type Comparison = (expected: string, found: string) => boolean;

interface Test {
  readonly family: OperatorFamily;
  /** `StringNotEquals` is the negation of `StringEquals`: true as well when the key is absent. */
  readonly negated: boolean;
  readonly compare: Comparison;
}

/** An operator's name taken apart. */
export interface Operator extends Test {
  readonly set?: "ForAllValues" | "ForAnyValue";
  readonly ifExists: boolean;
}

const yes = (family: OperatorFamily, compare: Comparison): Test => ({ family, negated: false, compare });
const no = (family: OperatorFamily, compare: Comparison): Test => ({ family, negated: true, compare });

const equals: Comparison = (expected, found) => matchesText(expected, found, { wildcards: false });
const equalsIgnoringCase: Comparison = (expected, found) =>
  matchesText(expected, found, { wildcards: false, ignoreCase: true });
const like: Comparison = (expected, found) => matchesText(expected, found, { wildcards: true });
const arnLike: Comparison = (expected, found) => matchesArn(expected, found);
const numeric =
  (holds: (expected: number, found: number) => boolean): Comparison =>
  (expected, found) =>
    holds(Number(expected), Number(found));
const date =
  (holds: (expected: number, found: number) => boolean): Comparison =>
  (expected, found) =>
    holds(instant(expected), instant(found));

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: yes("String", equals),
  StringNotEquals: no("String", equals),
  StringEqualsIgnoreCase: yes("String", equalsIgnoringCase),
  StringNotEqualsIgnoreCase: no("String", equalsIgnoringCase),
  StringLike: yes("String", like),
  StringNotLike: no("String", like),
  // AWS gives the two forms the same meaning.
  ArnEquals: yes("Arn", arnLike),
  ArnNotEquals: no("Arn", arnLike),
  ArnLike: yes("Arn", arnLike),
  ArnNotLike: no("Arn", arnLike),
  Bool: yes("Bool", (expected, found) => expected.toLowerCase() === found.toLowerCase()),
  BinaryEquals: yes("Binary", (expected, found) => expected === found),
  IpAddress: yes("IpAddress", withinRange),
  NotIpAddress: no("IpAddress", withinRange),
  NumericEquals: yes(
    "Numeric",
    numeric((expected, found) => found === expected),
  ),
  NumericNotEquals: no(
    "Numeric",
    numeric((expected, found) => found === expected),
  ),
  NumericLessThan: yes(
    "Numeric",
    numeric((expected, found) => found < expected),
  ),
  NumericLessThanEquals: yes(
    "Numeric",
    numeric((expected, found) => found <= expected),
  ),
  NumericGreaterThan: yes(
    "Numeric",
    numeric((expected, found) => found > expected),
  ),
  NumericGreaterThanEquals: yes(
    "Numeric",
    numeric((expected, found) => found >= expected),
  ),
  DateEquals: yes(
    "Date",
    date((expected, found) => found === expected),
  ),
  DateNotEquals: no(
    "Date",
    date((expected, found) => found === expected),
  ),
  DateLessThan: yes(
    "Date",
    date((expected, found) => found < expected),
  ),
  DateLessThanEquals: yes(
    "Date",
    date((expected, found) => found <= expected),
  ),
  DateGreaterThan: yes(
    "Date",
    date((expected, found) => found > expected),
  ),
  DateGreaterThanEquals: yes(
    "Date",
    date((expected, found) => found >= expected),
  ),
  Null: yes("Null", () => false),
};

const BY_NAME = new Map(Object.entries(TESTS).map(([name, test]) => [name.toLowerCase(), test]));

/** @returns undefined when AWS knows no such operator */
export function parseOperator(name: string): Operator | undefined {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(name);
  const test = BY_NAME.get(parts?.[2]?.toLowerCase() ?? "");
  if (parts === null || test === undefined) return undefined;
  // Null asks about presence itself: it takes neither a set nor IfExists.
  if (test.family === "Null" && (parts[1] !== undefined || parts[3] !== undefined)) return undefined;
  const set = parts[1]?.toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue";
  return { ...test, ...(parts[1] !== undefined && { set }), ifExists: parts[3] !== undefined };
}

/** ISO 8601, or seconds since 1970. */
function instant(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** @returns false as well for a range that is none */
function withinRange(range: string, address: string): boolean {
  const [network = "", bits] = range.split("/");
  const version = isIP(network);
  if (version === 0 || isIP(address) !== version) return false;
  const length = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return list.check(address, family);
}
