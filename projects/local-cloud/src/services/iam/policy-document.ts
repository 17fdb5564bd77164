import { UNKNOWN } from "../../resource-type.ts";
import type { Properties } from "../../resource-type.ts";

export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

/** `undefined` when the value is no policy document at all. Programs pass JSON text or an object. */
export function parsePolicy(value: unknown): PolicyDocument | undefined {
  let document = value;
  if (typeof value === "string") {
    try {
      document = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  if (typeof document !== "object" || document === null || !("Statement" in document)) return undefined;
  const { Statement: statements } = document;
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  if (!list.every((statement) => typeof statement === "object" && statement !== null)) return undefined;
  return { ...document, Statement: list };
}

/** For `derivedInputs`: a document given as an object becomes the JSON text that AWS keeps. */
export function policyAsText(...properties: readonly string[]): (inputs: Properties) => Promise<Properties> {
  return async (inputs) =>
    Object.fromEntries(
      properties
        .filter((name) => typeof inputs[name] === "object" && inputs[name] !== null)
        .map((name) => [name, holdsUnknown(inputs[name]) ? UNKNOWN : JSON.stringify(inputs[name])]),
    );
}

function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/** IAM's lists may be written as a single string. */
export function asList(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((item) =>
    typeof item === "string" ? item : JSON.stringify(item),
  );
}

/** `*` for any run of characters, `?` for one. */
export function matchesPattern(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** Actions are compared without regard to case. */
export function coversAction(statement: Statement, action: string): boolean {
  const matches = (pattern: string) => matchesPattern(pattern.toLowerCase(), action.toLowerCase());
  return statement.NotAction === undefined
    ? asList(statement.Action).some(matches)
    : !asList(statement.NotAction).some(matches);
}
