import { parseOperator, type Operator } from "../condition-operators.ts";
import { listOf, type Statement } from "../policy-document.ts";
import { isUnlisted, namedActions, type NamedAction } from "./actions.ts";
import { suggestion } from "./closest.ts";
import { idle, refused, type Fault } from "./fault.ts";
import { operandFaults } from "./operands.ts";
import {
  globalConditionKeys,
  isKey,
  providerServices,
  serviceReference,
  type ActionReference,
  type ConditionKeyReference,
} from "./reference.ts";

/** What any OpenID provider's token brings, whoever issues it. */
const TOKEN_KEYS = ["amr", "aud", "email", "oaud", "sub"];

export function conditionFaults(statement: Statement): readonly Fault[] {
  const entries = Object.entries(statement.Condition ?? {});
  if (entries.length === 0) return [];
  const actions = isUnlisted(statement) ? undefined : namedActions(statement);
  return entries.flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (operator === undefined) return [refused(`Invalid Condition type: ${name}.`)];
    return Object.entries(keys).flatMap(([key, value]) => keyFaults(name, operator, key, listOf(value), actions));
  });
}

function keyFaults(
  name: string,
  operator: Operator,
  key: string,
  values: readonly string[],
  actions: readonly NamedAction[] | undefined,
): readonly Fault[] {
  const known = conditionKey(key);
  if (known === undefined) return [idle(`"${key}" is no condition key of AWS.${meantKey(key)}`)];
  const everywhere = globalConditionKeys().includes(known) || isTokenKey(key);
  // With IfExists a key that never comes does no harm.
  if (!everywhere && !operator.ifExists && actions?.length && !actions.some((named) => brings(named, key))) {
    return [idle(`no request of ${actions.map(({ pattern }) => pattern).join(", ")} carries the key "${key}".`)];
  }
  return operandFaults({ name, operator, key, type: known.type, values }).map(idle);
}

function conditionKey(key: string): ConditionKeyReference | undefined {
  const global = globalConditionKeys().find((each) => isKey(each.key, key));
  if (global !== undefined || key.toLowerCase().startsWith("aws:")) return global;
  if (isTokenKey(key)) return { key, type: "String" };
  return keysBeside(key).find((each) => isKey(each.key, key));
}

/** `token.actions.githubusercontent.com:sub`: the provider's address stands where a service's prefix would. */
function isTokenKey(key: string): boolean {
  const [, provider = "", claim = ""] = /^(.*):([^:]*)$/.exec(key) ?? [];
  return provider.includes(".") && TOKEN_KEYS.includes(claim);
}

/** The keys among which this one must be: its service's, or those of the services that know identity providers. */
function keysBeside(key: string): readonly ConditionKeyReference[] {
  const prefix = key.split(":")[0] ?? "";
  const service = serviceReference(prefix);
  if (service !== undefined) return service.conditionKeys;
  return providerServices().flatMap((each) => serviceReference(each)?.conditionKeys ?? []);
}

function meantKey(key: string): string {
  const beside = key.toLowerCase().startsWith("aws:") ? globalConditionKeys() : keysBeside(key);
  return suggestion(
    key,
    beside.map((each) => each.key),
  );
}

/** Whether a request of one of these actions may carry the key. */
function brings({ service, actions }: NamedAction, key: string): boolean {
  const ofTypes = (action: ActionReference) =>
    action.resourceTypes.flatMap(({ name, conditionKeys }) => [
      ...conditionKeys,
      ...(service.resourceTypes.find((type) => type.key === name)?.conditionKeys ?? []),
    ]);
  return actions.some((action) => [...action.conditionKeys, ...ofTypes(action)].some((known) => isKey(known, key)));
}
