/** What WAF refuses about the statement of a rule, and what this machine would not look at. */
import { known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { FIELDS, TRANSFORMATIONS } from "./web-request.ts";

const LIMIT_MIN = 10;
const LIMIT_MAX = 2_000_000_000;
const WINDOWS_SEC = [60, 120, 300, 600];
const REGEX_CHARACTERS_MAX = 512;
const CUSTOM_KEYS_MAX = 5;
const COMPARISONS = ["EQ", "NE", "LE", "LT", "GE", "GT"];
const POSITIONS = ["EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS"];
const LOGICAL = ["andStatement", "orStatement", "notStatement"];
export const GROUPS = ["managedRuleGroupStatement", "ruleGroupReferenceStatement"];

/** @param nested  inside another statement, where WAF takes no counting and no group */
export function statementFaults(statement: unknown, nested = false): readonly string[] {
  if (!known(statement)) return [];
  const given = Object.entries(statement as Properties).filter(([, body]) => body !== undefined && body !== null);
  const [[kind, body] = []] = given as [string, Properties][];
  if (given.length !== 1 || kind === undefined)
    return [`a statement holds exactly one kind of statement, this one ${given.length}`];
  if (!known(body)) return [];
  if (nested && (kind === "rateBasedStatement" || GROUPS.includes(kind)))
    return [`${kind} can not be nested inside another statement`];
  if (LOGICAL.includes(kind)) return logicalFaults(kind, body);
  const faultsOf = KINDS[kind];
  return faultsOf === undefined ? [`${kind} is not evaluated by the local cloud`] : faultsOf(body);
}

function logicalFaults(kind: string, { statement, statements }: Properties): readonly string[] {
  if (kind === "notStatement")
    return statement === undefined ? ["notStatement holds no statement"] : statementFaults(statement, true);
  if (!Array.isArray(statements)) return [];
  return [
    ...(statements.length >= 2 ? [] : [`${kind} holds ${statements.length} statements and needs two or more`]),
    ...statements.flatMap((each) => statementFaults(each, true)),
  ];
}

const KINDS: Readonly<Record<string, (body: Properties) => readonly string[]>> = {
  managedRuleGroupStatement: ({ name, vendorName, scopeDownStatement }) => [
    ...(name === undefined || vendorName === undefined ? ["a managed rule group needs name and vendorName"] : []),
    ...statementFaults(scopeDownStatement, true),
  ],
  ipSetReferenceStatement: ({ ipSetForwardedIpConfig }) =>
    known(ipSetForwardedIpConfig) ? ["addresses out of a header are not read by the local cloud"] : [],
  regexMatchStatement: (body) => [...regexFaults(body.regexString), ...fieldFaults(body)],
  byteMatchStatement: (body) => [
    ...oneOf("positionalConstraint", body.positionalConstraint, POSITIONS),
    ...fieldFaults(body),
  ],
  sizeConstraintStatement: (body) => [
    ...oneOf("comparisonOperator", body.comparisonOperator, COMPARISONS),
    ...fieldFaults(body),
  ],
  rateBasedStatement: rateFaults,
};

function oneOf(property: string, value: unknown, values: readonly string[]): readonly string[] {
  return typeof value !== "string" || values.includes(value)
    ? []
    : [`${property} "${value}" is none of ${values.join(", ")}`];
}

function regexFaults(regex: unknown): readonly string[] {
  if (typeof regex !== "string") return [];
  if (regex.length < 1 || regex.length > REGEX_CHARACTERS_MAX)
    return [`regexString has ${regex.length} characters, not 1 to ${REGEX_CHARACTERS_MAX}`];
  if (/\(\?(?!:)|\\[1-9]/.test(regex))
    return [`regexString "${regex}" looks ahead, behind or back, which WAF does not support`];
  try {
    new RegExp(regex);
    return [];
  } catch {
    return [`regexString "${regex}" is no regular expression`];
  }
}

function fieldFaults({ fieldToMatch, textTransformations }: Properties): readonly string[] {
  const faults: string[] = [];
  const fields = Object.keys((known(fieldToMatch) ? fieldToMatch : {}) as Properties);
  if (fieldToMatch === undefined || (known(fieldToMatch) && fields.length !== 1))
    faults.push("fieldToMatch names exactly one part of the request");
  const unread = fields.find((field) => !(FIELDS as readonly string[]).includes(field));
  if (unread !== undefined) faults.push(`fieldToMatch ${unread} is not read by the local cloud`);
  return [...faults, ...transformationFaults(textTransformations)];
}

function transformationFaults(transformations: unknown): readonly string[] {
  if (transformations === undefined) return ["at least one text transformation is needed; NONE changes nothing"];
  if (!Array.isArray(transformations)) return [];
  const priorities = transformations.map(({ priority }: Properties) => priority as unknown);
  return [
    ...(transformations.length === 0 ? ["at least one text transformation is needed; NONE changes nothing"] : []),
    ...(new Set(priorities).size < priorities.length ? ["text transformations share a priority"] : []),
    ...transformations
      .map(({ type }: Properties) => type as unknown)
      .filter((type): type is string => typeof type === "string" && TRANSFORMATIONS[type] === undefined)
      .map((type) => `text transformation "${type}" is not done by the local cloud`),
  ];
}

function rateFaults(body: Properties): readonly string[] {
  const { limit, evaluationWindowSec, aggregateKeyType, customKeys, forwardedIpConfig, scopeDownStatement } = body;
  const faults: string[] = [];
  if (known(limit) && (limit < LIMIT_MIN || limit > LIMIT_MAX))
    faults.push(`limit ${limit} is outside ${LIMIT_MIN} to ${LIMIT_MAX}`);
  if (known(evaluationWindowSec) && !WINDOWS_SEC.includes(evaluationWindowSec))
    faults.push(`evaluationWindowSec ${evaluationWindowSec} is none of ${WINDOWS_SEC.join(", ")}`);
  if (known(aggregateKeyType) && !["IP", "CUSTOM_KEYS"].includes(aggregateKeyType))
    faults.push(`aggregateKeyType "${aggregateKeyType}" is not evaluated by the local cloud: IP, CUSTOM_KEYS`);
  if ((aggregateKeyType === "CUSTOM_KEYS") !== (customKeys !== undefined))
    faults.push("customKeys and aggregateKeyType CUSTOM_KEYS go together");
  if (known(forwardedIpConfig)) faults.push("forwardedIpConfig needs aggregateKeyType FORWARDED_IP");
  return [...faults, ...keyFaults(customKeys), ...statementFaults(scopeDownStatement, true)];
}

function keyFaults(keys: unknown): readonly string[] {
  if (!Array.isArray(keys)) return [];
  const faults = keys.flatMap((key: Properties) => {
    const [kind = "nothing"] = Object.keys(key);
    if (kind === "header") return transformationFaults(key.header.textTransformations);
    return kind === "ip" ? [] : [`requests are not grouped by ${kind} in the local cloud`];
  });
  if (keys.length < 1 || keys.length > CUSTOM_KEYS_MAX)
    faults.push(`customKeys holds ${keys.length} keys, not 1 to ${CUSTOM_KEYS_MAX}`);
  if (keys.length === 1 && keys[0]?.ip !== undefined)
    faults.push("a single custom key can not be the address: use aggregateKeyType IP");
  return faults;
}
