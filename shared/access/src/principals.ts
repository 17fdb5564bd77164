/** Everybody a question about access is asked for: who is deployed, who is only named, and who is not even named. */
import { ACCOUNT_ROLES } from "@records/conventions";
import { listOf, type NamedPolicy, type PolicyDocument, type Principal } from "@records/iam";
import type { AccessModel, GuardedResource, RoleAccess } from "./model.ts";

/**
 * - `deployed`: in the states, with all its policies
 * - `outside`: a role of people or of the first deployment; its own policies are not in the states
 * - `named`: a resource's policy admits or exempts this name or pattern, and the states have no such role
 * - `service`: AWS itself, in its own name
 * - `stranger`: a role of the account that nobody names
 */
export type Standing = "deployed" | "outside" | "named" | "service" | "stranger";

export interface Asker {
  /** Name or pattern, as it is shown. */
  readonly name: string;
  readonly standing: Standing;
  readonly principal: Principal;
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  readonly notEvaluated: readonly string[];
}

export const ASSUMED = "assumed";
/** Whoever's own policies the states do not hold is taken to have every permission: the worst case, and AWS's administrator. */
const EVERYTHING: NamedPolicy = {
  name: ASSUMED,
  document: {
    Version: "2012-10-17",
    Statement: [{ Sid: "EveryPermission", Effect: "Allow", Action: "*", Resource: "*" }],
  },
};

/** No policy of the platform names it, by name or pattern: it stands for every role of the account that is not listed. */
export const STRANGER = "any other administrator";
const STRANGER_ROLE = "OrganizationAccountAccessRole";

/** @param resource  whose policy may name more principals than are deployed */
export function askers(model: AccessModel, resource?: GuardedResource): readonly Asker[] {
  const named = resource?.policy ? principalsIn(resource.policy.document) : { roles: [], services: [] };
  const outside = Object.values(ACCOUNT_ROLES);
  const known = [...model.roles.map(({ name }) => name), ...outside];
  // A pattern stays in the list when a role of today fits it: one of tomorrow may fit too.
  const onlyNamed = named.roles.filter((pattern) => pattern.includes("*") || !known.includes(pattern));
  return [
    ...model.roles.map(deployedRole),
    ...outside.map((name) => worstCase(model, name, name, "outside")),
    ...onlyNamed.map((pattern) => worstCase(model, pattern, pattern.replaceAll("*", "any"), "named")),
    ...named.services.map((service): Asker => ({
      name: service,
      standing: "service",
      principal: { kind: "service", service },
      identity: [],
      notEvaluated: [],
    })),
    worstCase(model, STRANGER, STRANGER_ROLE, "stranger"),
  ];
}

export function deployedRole(role: RoleAccess): Asker {
  const { name, arn, policies: identity, boundary, notEvaluated } = role;
  return { name, standing: "deployed", principal: { kind: "role", arn }, identity, boundary, notEvaluated };
}

/** The same principal, if policies of its own that are not known allowed it everything. */
export function atMost(asker: Asker): Asker {
  return { ...asker, identity: [EVERYTHING], boundary: undefined };
}

function worstCase({ accountId }: AccessModel, name: string, role: string, standing: Standing): Asker {
  const principal = { kind: "role", arn: `arn:aws:iam::${accountId}:role/${role}` } as const;
  return { name, standing, principal, identity: [EVERYTHING], notEvaluated: [] };
}

/** Roles, by name or pattern, and services that a policy speaks of: as principals, and in conditions on who calls. */
export function principalsIn(document: PolicyDocument): { roles: readonly string[]; services: readonly string[] } {
  const roles = new Set<string>();
  const services = new Set<string>();
  for (const { Principal, Condition } of document.Statement) {
    if (typeof Principal === "object") {
      for (const arn of listOf(Principal.AWS)) addRole(roles, arn);
      for (const service of listOf(Principal.Service)) services.add(service);
    }
    for (const test of Object.values(Condition ?? {})) {
      for (const [key, values] of Object.entries(test)) {
        if (key.toLowerCase() === "aws:principalarn") for (const arn of listOf(values)) addRole(roles, arn);
      }
    }
  }
  return { roles: [...roles], services: [...services] };
}

function addRole(roles: Set<string>, arn: string): void {
  const name = /:role\/(.+)$/.exec(arn)?.[1];
  if (name !== undefined) roles.add(name);
}
