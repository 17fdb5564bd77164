/** Which statements of a policy speak about a request, and under what conditions that are still open. */
import type { Answer } from "./answer.ts";
import { allOf, answer, anyOf, not } from "./answer.ts";
import { conditionsLeft, expandIn, type ConditionText, type Scope } from "./conditions.ts";
import { matchesArn, matchesText } from "./pattern.ts";
import { listOf, statementName, type PolicyDocument, type Statement } from "./policy-document.ts";
import { namingOf, type Naming } from "./principals.ts";
import type { AccessRequest, Lookup } from "./request.ts";

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface Match {
  readonly effect: Statement["Effect"];
  /** `<policy>/<Sid>`. */
  readonly by: string;
  readonly conditions: readonly ConditionText[];
  /** How a resource's policy names the principal. Identity policies name nobody. */
  readonly naming?: Naming;
}

export function matchesOf(
  policy: NamedPolicy,
  kind: "identity" | "resource",
  request: AccessRequest,
  lookup: Lookup,
): readonly Match[] {
  const scope: Scope = { lookup, variables: policy.document.Version === "2012-10-17" };
  return policy.document.Statement.flatMap((statement, index) => {
    const naming = kind === "resource" ? namingOf(statement, request.principal) : undefined;
    if (kind === "resource" && naming === undefined) return [];
    const conditions = openConditions(statement, request, scope);
    if (conditions === undefined) return [];
    const by = `${policy.name}/${statementName(statement, index)}`;
    return [{ effect: statement.Effect, by, conditions, ...(naming && { naming }) }];
  });
}

/** Service and name apart from case: `KMS:decrypt` is `kms:Decrypt`. */
export function coversAction(statement: Pick<Statement, "Action" | "NotAction">, action: string): boolean {
  const matches = (pattern: string) => matchesText(pattern, action, { wildcards: true, ignoreCase: true });
  return statement.NotAction === undefined
    ? listOf(statement.Action).some(matches)
    : !listOf(statement.NotAction).some(matches);
}

function openConditions(
  statement: Statement,
  request: AccessRequest,
  scope: Scope,
): readonly ConditionText[] | undefined {
  if (!coversAction(statement, request.action)) return undefined;
  const resource = coversResource(statement, request.resource, scope);
  if (resource === "no") return undefined;
  const left = conditionsLeft(statement.Condition, scope);
  if (left === undefined || resource === "yes") return left;
  return [`Resource = ${listOf(statement.Resource ?? statement.NotResource).join(" | ")}`, ...left];
}

/** A trust policy names no resource: it speaks of its own role. */
function coversResource({ Resource, NotResource }: Statement, resource: string, scope: Scope): Answer {
  const matches = (pattern: string): Answer => {
    const expanded = expandIn(pattern, scope);
    if (expanded === undefined || !matchesArn(expanded.text, resource)) return "no";
    return expanded.open ? "open" : "yes";
  };
  return allOf([
    Resource === undefined ? answer(true) : anyOf(listOf(Resource).map(matches)),
    NotResource === undefined ? answer(true) : not(anyOf(listOf(NotResource).map(matches))),
  ]);
}
