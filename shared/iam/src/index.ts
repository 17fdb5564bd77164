export {
  listOf,
  parsePolicy,
  PolicySyntaxError,
  statementName,
  type ConditionBlock,
  type PolicyDocument,
  type PrincipalElement,
  type Statement,
} from "./policy-document.ts";
export { accountOf, type AccessRequest, type ContextValue, type Principal } from "./request.ts";
export { matchesArn, matchesWildcard } from "./pattern.ts";
export { MANAGED_POLICIES } from "./managed-policies.ts";
export { coversAction, type NamedPolicy } from "./statements.ts";
export { evaluate, possibility, type Decision, type Possibility } from "./evaluate.ts";
export type { ConditionText } from "./conditions.ts";
export type { Policies, Way } from "./ways.ts";
export { grammarFaults, POLICY_LENGTH_MAX, type GrammarOptions, type PolicyKind } from "./grammar/index.ts";
