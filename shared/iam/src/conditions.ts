/** Whether a statement's Condition holds for a request. */
import { allOf, answer, anyOf, not, type Answer } from "./answer.ts";
import { parseOperator, type Operator } from "./condition-operators.ts";
import { expand, verbatim, type Expanded } from "./pattern.ts";
import { listOf, type ConditionBlock } from "./policy-document.ts";
import { OPEN, type Lookup } from "./request.ts";

/** One condition, readable: `StringEquals kms:ViaService = sqs.us-east-1.amazonaws.com`. */
export type ConditionText = string;

export interface Scope {
  readonly lookup: Lookup;
  /** Policy variables mean something in documents of version 2012-10-17 alone. */
  readonly variables: boolean;
}

export function expandIn(text: string, { lookup, variables }: Scope): Expanded | undefined {
  return variables ? expand(text, lookup) : verbatim(text);
}

/** @returns the conditions that are still open, or undefined when one certainly fails */
export function conditionsLeft(block: ConditionBlock | undefined, scope: Scope): readonly ConditionText[] | undefined {
  const left: ConditionText[] = [];
  for (const [name, keys] of Object.entries(block ?? {})) {
    const operator = parseOperator(name);
    for (const [key, value] of Object.entries(keys)) {
      const expected = listOf(value);
      const holds = operator === undefined ? "no" : conditionHolds(operator, key, expected, scope);
      if (holds === "no") return undefined;
      if (holds === "open") left.push(`${name} ${key} = ${expected.join(" | ")}`);
    }
  }
  return left;
}

function conditionHolds(operator: Operator, key: string, expected: readonly string[], scope: Scope): Answer {
  const found = scope.lookup(key);
  if (found === OPEN) return "open";
  if (operator.family === "Null") {
    return answer(expected.some((text) => text.toLowerCase() === String(found === undefined)));
  }
  if (found === undefined) return answer(holdsWhenAbsent(operator));
  const test = (value: string) => {
    const equal = anyOf(expected.map((text) => equalTo(operator, expandIn(text, scope), value)));
    return operator.negated ? not(equal) : equal;
  };
  const every = operator.set === "ForAllValues" || (operator.set === undefined && operator.negated);
  return every ? allOf(found.map(test)) : anyOf(found.map(test));
}

/** The traps: a negation and ForAllValues hold for a key that is not there, ForAnyValue never does. */
function holdsWhenAbsent({ set, negated, ifExists }: Operator): boolean {
  if (ifExists || set === "ForAllValues") return true;
  return set === undefined && negated;
}

function equalTo(operator: Operator, expected: Expanded | undefined, found: string): Answer {
  if (expected === undefined) return "no";
  const text = operator.family === "String" || operator.family === "Arn";
  if (expected.open && !text) return "open";
  if (!operator.compare(expected.text, found)) return "no";
  return expected.open ? "open" : "yes";
}
