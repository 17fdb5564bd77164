/** One decision: what a principal's policies, the resource's and the endpoint's say to one use. */
import {
  evaluate,
  type ContextValue,
  type Decision,
  type NamedPolicy,
  type Policies,
  type Principal,
} from "@records/iam";
import { ACCOUNT_ID, REGION } from "../cloud.ts";
import type { PassedEndpoint } from "../network-path/place.ts";
import type { AccountView } from "./account-view.ts";
import { readable, resourcePolicy, tagsOf, type RoleFacts } from "./policies.ts";
import type { Use } from "./request.ts";

/** Who asks, with the policies that come along. */
export interface Asker {
  readonly principal: Principal;
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** What every request of it carries. */
  readonly context: Readonly<Record<string, ContextValue>>;
}

export function roleAsker(role: RoleFacts): Asker {
  return {
    principal: { kind: "role", arn: role.arn },
    identity: role.identity,
    ...(role.boundary && { boundary: role.boundary }),
    context: prefixed("aws:PrincipalTag/", role.tags),
  };
}

/** An AWS service in its own name, on behalf of a resource of this account. */
export function serviceAsker(service: string, sourceArn?: string): Asker {
  return {
    principal: { kind: "service", service },
    identity: [],
    context: { "aws:SourceAccount": ACCOUNT_ID, ...(sourceArn !== undefined && { "aws:SourceArn": sourceArn }) },
  };
}

/**
 * @param policies of the resource, where they are not those that stand on it (a role's trust)
 * @param endpoint  the VPC endpoint that the call passes; what a service does in the caller's name passes none
 */
export function decide(
  account: AccountView,
  asker: Asker,
  use: Use,
  { endpoint, policies }: { endpoint?: PassedEndpoint | undefined; policies?: Policies } = {},
): Decision {
  const passed = use.via === undefined ? endpoint : undefined;
  const context = { ...asker.context, ...circumstances(account, use, passed), ...use.context };
  const request = { principal: asker.principal, action: use.action, resource: use.resource, context };
  const own = { identity: asker.identity, ...(asker.boundary && { boundary: asker.boundary }) };
  const decision = evaluate(request, { ...(policies ?? resourcePolicy(account, use.resource)), ...own });
  if (!decision.allowed || passed?.policy === undefined) return decision;

  const resource = readable(`policy of endpoint ${passed.id}`, passed.policy);
  // The endpoint's policy grants nothing: it has to let the call pass, whatever else allows it.
  const passage = evaluate(request, { identity: [EVERYTHING], resource, resourceKind: "trust" });
  return passage.allowed ? decision : { ...passage, message: asEndpoint(passage.message) };
}

/** Condition keys that every request carries. */
function circumstances(
  account: AccountView,
  { resource, via, action }: Use,
  endpoint: PassedEndpoint | undefined,
): Record<string, ContextValue> {
  const record = account.byArn(resource);
  return {
    "aws:RequestedRegion": REGION,
    ...(resource !== "*" && {
      "aws:ResourceAccount": /^arn:aws:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1] ?? ACCOUNT_ID,
    }),
    "aws:ViaAWSService": String(via !== undefined),
    ...(via !== undefined && { "aws:CalledVia": [`${via}.amazonaws.com`] }),
    ...(via !== undefined && action.startsWith("kms:") && { "kms:ViaService": `${via}.${REGION}.amazonaws.com` }),
    ...(endpoint && { "aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpcId }),
    ...prefixed("aws:ResourceTag/", tagsOf(record)),
  };
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}

const EVERYTHING: NamedPolicy = {
  name: "everything",
  document: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

const asEndpoint = (message: string): string =>
  message
    .replaceAll("resource-based policy", "VPC endpoint policy")
    .replaceAll("identity-based policy", "VPC endpoint policy");
