/** Texts of a policy: wildcards, policy variables, and ARNs, whose parts are compared one by one. */
import { OPEN, type Lookup } from "./request.ts";

/** Private characters inside an expanded text: the next one is meant literally; any text may stand here. */
const LITERAL = "\uE000";
const ANYTHING = "\uE001";

/** A policy's text with its variables replaced. */
export interface Expanded {
  readonly text: string;
  /** Whether a variable's value is left open. */
  readonly open: boolean;
}

/**
 * Replaces `${key}` and `${key, 'default'}` by the request's values; `${*}`, `${?}` and `${$}` are those characters.
 * @returns undefined when a variable has no value: such a text equals nothing
 */
export function expand(text: string, lookup: Lookup): Expanded | undefined {
  let open = false;
  let missing = false;
  const expanded = text.replaceAll(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (["*", "?", "$"].includes(inner)) return LITERAL + inner;
    const [key = "", fallback] = inner.split(",").map((part) => part.trim());
    const values = lookup(key);
    if (values === OPEN) {
      open = true;
      return ANYTHING;
    }
    const value = values?.length === 1 ? values[0] : /^'(.*)'$/.exec(fallback ?? "")?.[1];
    if (value === undefined) missing = true;
    return (value ?? "").replaceAll(/[*?]/g, (character) => LITERAL + character);
  });
  return missing ? undefined : { text: expanded, open };
}

/** Without variables: documents of version 2008-10-17 know none. */
export function verbatim(text: string): Expanded {
  return { text, open: false };
}

export interface MatchOptions {
  readonly wildcards: boolean;
  readonly ignoreCase?: boolean;
}

const compiled = new Map<string, RegExp>();

export function matchesText(pattern: string, text: string, { wildcards, ignoreCase = false }: MatchOptions): boolean {
  const key = `${wildcards}${ignoreCase}${pattern}`;
  const expression = compiled.get(key) ?? new RegExp(`^${source(pattern, wildcards)}$`, ignoreCase ? "isu" : "su");
  compiled.set(key, expression);
  return expression.test(text);
}

/** `*` is any run of characters, `?` one of them. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matchesText(pattern, text, { wildcards: true });
}

/** A wildcard in one part of an ARN does not reach into the next; the sixth part is all that remains. */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*" || pattern === ANYTHING) return true;
  const expected = arnParts(pattern);
  const found = arnParts(arn);
  if (expected === undefined || found === undefined) return matchesWildcard(pattern, arn);
  return expected.every((part, index) => matchesWildcard(part, found[index] ?? ""));
}

function arnParts(text: string): readonly string[] | undefined {
  const parts = text.split(":");
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function source(pattern: string, wildcards: boolean): string {
  let result = "";
  let literal = false;
  for (const character of pattern) {
    if (!literal && character === LITERAL) literal = true;
    else {
      const wild = wildcards && !literal;
      if (character === ANYTHING || (wild && character === "*")) result += ".*";
      else if (wild && character === "?") result += ".";
      else result += character.replace(/[\\^$.*+?()[\]{}|]/, String.raw`\$&`);
      literal = false;
    }
  }
  return result;
}
