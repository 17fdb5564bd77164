import { MANAGED_POLICIES, parsePolicy } from "@records/iam";
import type { NamedPolicy } from "@records/iam";
import type { Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";

const POLICY = "aws:iam/policy:Policy";

export interface RolePolicies {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  /** Policies of AWS's own whose text is not known here: nothing can be said against a role that has one. */
  readonly opaque: readonly string[];
}

/** Everything that decides what a role may do, as the account holds it. */
export function policiesOfRole(cloud: Pick<Cloud, "account">, role: ResourceRecord): RolePolicies {
  const inline = cloud.account
    .ofType("aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => inputs.role === role.id)
    .map(({ inputs }) => named(`inline policy ${String(inputs.name)}`, inputs.policy));
  const attached = cloud.account
    .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ inputs }) => inputs.role === role.id)
    .map(({ inputs }) => inputs.policyArn as string);
  const boundaryArn = role.inputs.permissionsBoundary as string | undefined;
  return {
    identity: [...inline, ...attached.flatMap((arn) => managed(cloud, arn))],
    boundary: boundaryArn === undefined ? undefined : managed(cloud, boundaryArn)[0],
    opaque: [...attached, ...(boundaryArn === undefined ? [] : [boundaryArn])].filter(
      (arn) => isAwsManaged(arn) && MANAGED_POLICIES[arn] === undefined,
    ),
  };
}

/** AWS's own policies are not in the account; which of them exist is not known here. */
export function isAwsManaged(policyArn: string): boolean {
  return policyArn.startsWith("arn:aws:iam::aws:policy/");
}

function managed(cloud: Pick<Cloud, "account">, arn: string): readonly NamedPolicy[] {
  const ofAws = MANAGED_POLICIES[arn];
  if (ofAws !== undefined) return [{ name: `policy ${arn.slice(arn.lastIndexOf("/") + 1)}`, document: ofAws }];
  const record = cloud.account.byId(POLICY, arn);
  return record === undefined ? [] : [named(`policy ${String(record.inputs.name)}`, record.inputs.policy)];
}

function named(name: string, policy: unknown): NamedPolicy {
  return { name, document: parsePolicy(policy) };
}
