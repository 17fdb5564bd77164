/** A policy document as AWS reads it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: ConditionBlock;
}

export type OneOrMany = string | readonly string[];
export type PrincipalElement = "*" | Readonly<Record<string, OneOrMany>>;
/** Operator, key, values. JSON's booleans and numbers stand for their text. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
export type ConditionValue = string | number | boolean | readonly (string | number | boolean)[];

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly Statement[];
}

/** The text is no policy: nothing in it can be judged. */
export class PolicySyntaxError extends Error {}

/**
 * @param source JSON text, or the document as an object
 * @throws {PolicySyntaxError} it is no JSON, or an element has a shape that AWS cannot read
 */
export function parsePolicy(source: unknown): PolicyDocument {
  const document = typeof source === "string" ? fromJson(source) : source;
  if (!isRecord(document)) throw new PolicySyntaxError("a policy document must be a JSON object.");
  if (document.Statement === undefined) throw new PolicySyntaxError("a policy document needs a Statement.");
  const statements = Array.isArray(document.Statement) ? (document.Statement as unknown[]) : [document.Statement];
  for (const [index, statement] of statements.entries()) refuseMisshapen(statement, index);
  return { ...document, Statement: statements as Statement[] };
}

/** Elements that may be written as one string or as a list of them. */
export function listOf<T extends string | number | boolean>(value: T | readonly T[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? (value as readonly T[]) : [value as T]).map(String);
}

/** `<Sid>`, or the statement's place when it has none. */
export function statementName(statement: Statement, index: number): string {
  return statement.Sid === undefined || statement.Sid === "" ? String(index + 1) : statement.Sid;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PolicySyntaxError(`the policy is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function refuseMisshapen(statement: unknown, index: number): void {
  const place = `statement ${index + 1}`;
  if (!isRecord(statement)) throw new PolicySyntaxError(`${place} must be an object.`);
  const { Sid, Effect, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") {
    throw new PolicySyntaxError(`${place}: Effect is ${JSON.stringify(Effect)}; it must be "Allow" or "Deny".`);
  }
  if (Sid !== undefined && typeof Sid !== "string") throw new PolicySyntaxError(`${place}: Sid must be text.`);
  for (const element of ["Action", "NotAction", "Resource", "NotResource"]) {
    if (statement[element] !== undefined && !isTextList(statement[element])) {
      throw new PolicySyntaxError(`${place}: ${element} must be text or a list of texts.`);
    }
  }
  for (const element of ["Principal", "NotPrincipal"]) {
    const principal = statement[element];
    const named = isRecord(principal) && Object.values(principal).every(isTextList);
    if (principal !== undefined && principal !== "*" && !named) {
      throw new PolicySyntaxError(`${place}: ${element} must be "*" or name principals by their kind.`);
    }
  }
  if (Condition !== undefined && !(isRecord(Condition) && Object.values(Condition).every(isKeyBlock))) {
    throw new PolicySyntaxError(`${place}: Condition must hold operators, each with keys and their values.`);
  }
}

function isKeyBlock(value: unknown): boolean {
  const scalar = (item: unknown) => ["string", "number", "boolean"].includes(typeof item);
  return (
    isRecord(value) && Object.values(value).every((item) => (Array.isArray(item) ? item.every(scalar) : scalar(item)))
  );
}

function isTextList(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
