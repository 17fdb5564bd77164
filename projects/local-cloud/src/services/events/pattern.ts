/** Event patterns of EventBridge rules: what a rule asks of an event, and whether an event has it. */
import { isLeaf, leafTest, PatternFault, singleEntry } from "./value-filters.ts";
import type { Leaf, LeafTest } from "./value-filters.ts";

export { PatternFault } from "./value-filters.ts";

/** True for an event (JSON, parsed) that the pattern asks for. */
export type EventPattern = (event: unknown) => boolean;

const LENGTH_MAX = 4_096;

/** @throws {PatternFault} when EventBridge would not take the pattern */
export function parsePattern(text: string): EventPattern {
  if (text.length > LENGTH_MAX) throw new PatternFault(`Pattern is longer than ${LENGTH_MAX} characters`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new PatternFault(`Filter is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(document)) throw new PatternFault("Filter is not an object");
  const holds = objectTest(document, []);
  return (event) => holds(event, leafPaths(event));
}

/** In AWS's words; undefined when the pattern is one. */
export function patternFault(text: string): string | undefined {
  try {
    parsePattern(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return `Event pattern is not valid. Reason: ${error.message}`;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;
type Path = readonly string[];
/** @param present every path of the event that ends in a leaf */
type NodeTest = (value: unknown, present: ReadonlySet<string>) => boolean;

const OR = "$or";

/** All fields at once, and of an array all in the same element: an answer put together from several would be none. */
function objectTest(pattern: JsonObject, path: Path): NodeTest {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternFault("Empty objects are not allowed");
  const fields = entries.map(([name, value]): NodeTest => {
    if (name === OR && isAlternatives(value)) {
      const alternatives = value.map((alternative) => objectTest(alternative, path));
      return (object, present) => alternatives.some((test) => test(object, present));
    }
    const test = fieldTest(value, [...path, name]);
    return (object, present) =>
      test(isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined, present);
  });
  return (value, present) => {
    const candidates = Array.isArray(value) ? value.flat(Infinity) : [value];
    return (candidates.length === 0 ? [undefined] : candidates).some((candidate) =>
      fields.every((test) => test(candidate, present)),
    );
  };
}

function fieldTest(pattern: unknown, path: Path): NodeTest {
  if (isObject(pattern)) return objectTest(pattern, path);
  if (!Array.isArray(pattern)) throw new PatternFault(`"${path.at(-1)}" must be an object or an array`);
  if (pattern.length === 0) throw new PatternFault("Empty arrays are not allowed");
  const tests: LeafTest[] = [];
  let absenceSuffices = false;
  for (const filter of pattern as unknown[]) {
    const exists = existsFilter(filter);
    if (exists === false) absenceSuffices = true;
    else tests.push(exists === true ? () => true : leafTest(filter));
  }
  const key = keyOf(path);
  return (value, present) =>
    (absenceSuffices && !present.has(key)) || leavesOf(value).some((leaf) => tests.some((test) => test(leaf)));
}

/** `exists` looks at a field, not at a value; undefined for every other filter. */
function existsFilter(filter: unknown): boolean | undefined {
  if (isLeaf(filter)) return undefined;
  const [name, argument] = singleEntry(filter);
  if (name !== "exists") return undefined;
  if (typeof argument !== "boolean") throw new PatternFault("exists match pattern must be either true or false");
  return argument;
}

/** A list of two or more patterns; anything else called `$or` is a field of that name. */
function isAlternatives(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length >= 2 && value.every((item) => isObject(item) && !isFilter(item));
}

function isFilter(item: JsonObject): boolean {
  const names = ["prefix", "suffix", "equals-ignore-case", "wildcard", "numeric", "cidr", "anything-but", "exists"];
  return Object.keys(item).some((name) => names.includes(name));
}

function leavesOf(value: unknown): readonly Leaf[] {
  return (Array.isArray(value) ? value.flat(Infinity) : [value]).filter((item) => isLeaf(item));
}

/** A field that holds an object or an empty array is no leaf: for `exists` it is not there. */
function leafPaths(event: unknown): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) value.forEach((item) => visit(item, path));
    else if (isObject(value)) Object.entries(value).forEach(([name, inner]) => visit(inner, [...path, name]));
    else if (isLeaf(value)) paths.add(keyOf(path));
  };
  visit(event, []);
  return paths;
}

const keyOf = (path: Path): string => JSON.stringify(path);

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
