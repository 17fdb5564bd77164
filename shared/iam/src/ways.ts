/** In how many ways the policies together let a request through. */
import type { ConditionText } from "./conditions.ts";
import { accountOf, contextOf, type AccessRequest } from "./request.ts";
import { matchesOf, type Match, type NamedPolicy } from "./statements.ts";

export interface Policies {
  /** Managed and inline policies of the role. */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  readonly resource?: NamedPolicy;
  /**
   * A key's policy and a role's trust must let the caller in themselves; naming the account leaves it to the identity
   * policies. Any other resource of the same account is open to either kind of policy.
   */
  readonly resourceKind?: "kms-key" | "trust" | "other";
}

/** One sufficient set of statements, and what must hold for them. */
export interface Way {
  readonly by: readonly string[];
  readonly conditions: readonly ConditionText[];
}

export interface Paths {
  readonly ways: readonly Way[];
  readonly denials: readonly Denial[];
  /** What would suffice without the permission boundary. */
  readonly unbounded: readonly Way[];
}
export interface Denial extends Way {
  readonly source: PolicySource;
}
export type PolicySource = "an identity-based policy" | "a permissions boundary" | "a resource-based policy";

/** @see IAM user guide, "Policy evaluation logic"; KMS developer guide, "Key policies" */
export function pathsOf(request: AccessRequest, policies: Policies, open: boolean): Paths {
  const lookup = contextOf(request, open);
  // Only roles have policies of their own.
  const isRole = request.principal.kind === "role";
  const identity = isRole ? policies.identity.flatMap((policy) => matchesOf(policy, "identity", request, lookup)) : [];
  const ceiling = isRole && policies.boundary ? matchesOf(policies.boundary, "identity", request, lookup) : undefined;
  const resource = policies.resource ? matchesOf(policies.resource, "resource", request, lookup) : [];

  const own = waysOf(identity);
  const named = (naming: Match["naming"]) => waysOf(resource.filter((match) => match.naming === naming));
  const within = (ways: readonly Way[]) => (ceiling === undefined ? ways : together(ways, waysOf(ceiling)));
  const pathsWithin = (bound: (ways: readonly Way[]) => readonly Way[]): readonly Way[] => {
    const admitted = [...named("everyone"), ...named("itself"), ...named("account")];
    if (crossesAccounts(request)) return bound(together(own, admitted));
    const direct = [...named("everyone"), ...(isRole ? bound(named("itself")) : named("itself"))];
    const explicit = policies.resourceKind === "kms-key" || policies.resourceKind === "trust";
    return [...direct, ...bound(explicit ? together(own, named("account")) : own)];
  };
  return {
    ways: pathsWithin(within),
    unbounded: pathsWithin((ways) => ways),
    denials: [
      ...denialsOf(identity, "an identity-based policy"),
      ...denialsOf(ceiling ?? [], "a permissions boundary"),
      ...denialsOf(resource, "a resource-based policy"),
    ],
  };
}

/** Buckets and other resources whose ARN has no account are taken as the caller's own. */
function crossesAccounts({ principal, resource }: AccessRequest): boolean {
  const owner = accountOf(resource);
  return principal.kind === "role" && owner !== undefined && owner !== accountOf(principal.arn);
}

function waysOf(matches: readonly Match[]): readonly Way[] {
  return matches.filter(({ effect }) => effect === "Allow").map(({ by, conditions }) => ({ by: [by], conditions }));
}

function denialsOf(matches: readonly Match[], source: PolicySource): readonly Denial[] {
  return matches
    .filter(({ effect }) => effect === "Deny")
    .map(({ by, conditions }) => ({ by: [by], conditions, source }));
}

function together(one: readonly Way[], other: readonly Way[]): readonly Way[] {
  return one.flatMap((a) =>
    other.map((b) => ({
      by: [...a.by, ...b.by],
      conditions: [...new Set([...a.conditions, ...b.conditions])],
    })),
  );
}
