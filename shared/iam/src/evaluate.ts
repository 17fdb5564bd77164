import type { ConditionText } from "./conditions.ts";
import type { AccessRequest } from "./request.ts";
import { pathsOf, type Policies, type Way } from "./ways.ts";

export type Decision =
  | { readonly allowed: true; readonly by: readonly string[] }
  | {
      readonly allowed: false;
      readonly reason: "explicit-deny" | "no-allow" | "boundary";
      /** The denying statements; without one, the policies that do not allow. */
      readonly by: readonly string[];
      /** What AWS answers, and the statement concerned. */
      readonly message: string;
    };

/** Whether AWS lets the request through. A condition key that the request does not carry is absent. */
export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const { ways, unbounded, denials } = pathsOf(request, policies, false);
  const refused = `${whoAsks(request)} is not authorized to perform: ${request.action} on resource: ${request.resource}`;
  const [denial] = denials;
  if (denial !== undefined) {
    const by = denials.flatMap((each) => each.by);
    const message = `${refused} with an explicit deny in ${denial.source} (${by.join(", ")})`;
    return { allowed: false, reason: "explicit-deny", by, message };
  }
  const [way] = ways;
  if (way !== undefined) return { allowed: true, by: way.by };
  const lacking = unbounded.length > 0 && policies.boundary !== undefined ? "boundary" : "no-allow";
  const [kind, by] = lacking === "boundary" ? boundaryLacks(policies) : allowLacks(request, policies);
  const message = `${refused} because no ${kind} allows the ${request.action} action (${by.join(", ") || "there is none"})`;
  return { allowed: false, reason: lacking, by, message };
}

export interface Possibility {
  readonly possible: boolean;
  /** What must hold; several ways are written as one line, "(…) or (…)". Empty: nothing further. */
  readonly conditions: readonly ConditionText[];
  /** Every statement that may take part. */
  readonly by: readonly string[];
  /** A line per statement that denies when it holds. */
  readonly deniedWhen: readonly ConditionText[];
  /** The ways one by one. */
  readonly ways: readonly Way[];
}

/**
 * The same, where a condition key that the request does not carry may take any value: what must hold for a yes.
 * It errs towards "possible": two conditions on one key are not weighed against each other.
 */
export function possibility(request: AccessRequest, policies: Policies): Possibility {
  const { ways, denials } = pathsOf(request, policies, true);
  const possible = ways.length > 0 && denials.every(({ conditions }) => conditions.length > 0);
  if (!possible) return { possible, conditions: [], by: [], deniedWhen: [], ways: [] };
  return {
    possible,
    conditions: conditionsOf(ways),
    by: [...new Set(ways.flatMap(({ by }) => by))],
    deniedWhen: denials.map(({ conditions }) => conditions.join(" and ")),
    ways,
  };
}

function conditionsOf(ways: readonly Way[]): readonly ConditionText[] {
  const [first, ...others] = ways;
  if (first === undefined || ways.some(({ conditions }) => conditions.length === 0)) return [];
  if (others.length === 0) return first.conditions;
  const lines = new Set(ways.map(({ conditions }) => `(${conditions.join(" and ")})`));
  return lines.size === 1 ? first.conditions : [[...lines].join(" or ")];
}

function whoAsks({ principal }: AccessRequest): string {
  switch (principal.kind) {
    case "role":
      return `User: ${principal.arn}`;
    case "service":
      return `Service: ${principal.service}`;
    case "federated":
      return `Identity of ${principal.provider}`;
  }
}

type Lack = readonly [kind: string, policies: readonly string[]];

function boundaryLacks({ boundary }: Policies): Lack {
  return ["permissions boundary", boundary ? [boundary.name] : []];
}

/** The policy that AWS would name: the resource's where it must allow and does not, else the identity's. */
function allowLacks(request: AccessRequest, policies: Policies): Lack {
  const { resource, identity, resourceKind } = policies;
  const explicit = resourceKind === "kms-key" || resourceKind === "trust" || request.principal.kind !== "role";
  const admits = pathsOf(request, { identity: [EVERYTHING], resource, resourceKind }, false).ways.length > 0;
  if (explicit && !admits) return ["resource-based policy", resource ? [resource.name] : []];
  return ["identity-based policy", identity.map(({ name }) => name)];
}

const EVERYTHING = {
  name: "everything",
  document: { Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }] },
};
