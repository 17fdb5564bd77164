/** Who has which permissions, put together from what is deployed: the matter that every question is asked of. */
import type { Layer, StackExport } from "@records/deploy";
import { MANAGED_POLICIES, parsePolicy, type NamedPolicy } from "@records/iam";
import { GUARDED_TYPES, guardedResource, type GuardedKind } from "./guarded.ts";
import { deployedResources, isGiven, textOf, type Deployed } from "./state-resources.ts";

export interface RoleAccess {
  readonly name: string;
  readonly arn: string;
  readonly layer: Layer;
  readonly trust?: NamedPolicy;
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Policies whose text the states do not hold: answers about this role may say no where AWS says yes. */
  readonly notEvaluated: readonly string[];
}

/** A thing whose own policy also decides: a key, a bucket, a queue. */
export interface GuardedResource {
  readonly kind: GuardedKind;
  /** Logical name in its stack. */
  readonly name: string;
  readonly arn: string;
  readonly layer: Layer;
  /** Absent: identity policies alone decide, or it is not known yet. */
  readonly policy?: NamedPolicy;
  readonly notEvaluated: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Key under which its content is: whoever reads it must be able to decrypt with this one as well. */
  readonly keyArn?: string;
  /** Keys only: names that callers use. */
  readonly aliases: readonly string[];
  /** Keys only: whether they encrypt or sign. */
  readonly keyUsage?: string;
}

export interface AccessModel {
  readonly accountId: string;
  readonly region: string;
  readonly roles: readonly RoleAccess[];
  readonly resources: readonly GuardedResource[];
  /** Layers that the model was made of. */
  readonly layers: readonly Layer[];
}

/** @throws when the states hold nothing that names an account: nothing is deployed */
export function accessModel(states: Readonly<Partial<Record<Layer, StackExport>>>): AccessModel {
  const deployed = deployedResources(states);
  const place = placeOf(deployed);
  const customerPolicies = new Map(
    ofType(deployed, "aws:iam/policy:Policy").map((policy) => {
      const arn =
        textOf(policy, "arn") ?? `arn:aws:iam::${place.accountId}:policy/${textOf(policy, "name") ?? policy.name}`;
      return [arn, policy] as const;
    }),
  );
  return {
    ...place,
    roles: ofType(deployed, "aws:iam/role:Role").map((role) =>
      roleAccess(place.accountId, role, deployed, customerPolicies),
    ),
    resources: GUARDED_TYPES.flatMap((type) => ofType(deployed, type)).map((resource) => {
      const { kind, arn, holders, keyArn } = guardedResource(resource, deployed, place);
      const read = holders.map((holder) => policyOf(holder, "policy", resource.name));
      return {
        kind,
        name: resource.name,
        arn,
        layer: resource.layer,
        policy: merged(read),
        notEvaluated: read.flatMap(({ missing }) => missing),
        keyArn,
        tags: tagsOf(resource),
        aliases: kind === "kms-key" ? aliasesOf(resource, deployed) : [],
        keyUsage: textOf(resource, "keyUsage"),
      };
    }),
    layers: [...new Set(deployed.map(({ layer }) => layer))],
  };
}

const ofType = (deployed: readonly Deployed[], type: string): readonly Deployed[] =>
  deployed.filter((resource) => resource.type === type);

function placeOf(deployed: readonly Deployed[]): { accountId: string; region: string } {
  const everything = JSON.stringify(deployed.map(({ inputs, outputs }) => [inputs, outputs]));
  const accountId = /arn:aws:iam::([0-9]{12}):/.exec(everything)?.[1];
  if (!accountId)
    throw new Error(
      "The states name no account: nothing that has permissions is deployed. Deploy the security layer first.",
    );
  return { accountId, region: /arn:aws:kms:([a-z0-9-]+):/.exec(everything)?.[1] ?? "us-east-1" };
}

function tagsOf({ inputs, outputs }: Deployed): Readonly<Record<string, string>> {
  const tags = outputs.tagsAll ?? outputs.tags ?? inputs.tags ?? {};
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

interface ReadPolicy {
  readonly policy?: NamedPolicy;
  readonly missing: readonly string[];
}

function policyOf(holder: Deployed, property: string, name: string): ReadPolicy {
  const text = textOf(holder, property);
  if (text !== undefined) return { policy: { name, document: parsePolicy(text) }, missing: [] };
  return { missing: isGiven(holder, property) ? [`${name}: not known before the deployment`] : [] };
}

/** Several policies of one resource count as one. */
function merged(read: readonly ReadPolicy[]): NamedPolicy | undefined {
  const policies = read.flatMap(({ policy }) => policy ?? []);
  const [first] = policies;
  if (first === undefined || policies.length === 1) return first;
  return {
    name: first.name,
    document: { Version: "2012-10-17", Statement: policies.flatMap(({ document }) => document.Statement) },
  };
}

function aliasesOf(key: Deployed, deployed: readonly Deployed[]): readonly string[] {
  return ofType(deployed, "aws:kms/alias:Alias")
    .filter((alias) => {
      const target = textOf(alias, "targetKeyId")?.split("/").at(-1);
      return target === undefined ? alias.name === key.name : target === key.id;
    })
    .map((alias) => textOf(alias, "name") ?? alias.name);
}

function roleAccess(
  accountId: string,
  role: Deployed,
  deployed: readonly Deployed[],
  customerPolicies: ReadonlyMap<string, Deployed>,
): RoleAccess {
  const name = textOf(role, "name") ?? role.name;
  const ofThisRole = (resource: Deployed) => textOf(resource, "role") === name || textOf(resource, "role") === role.id;
  const inline = ofType(deployed, "aws:iam/rolePolicy:RolePolicy")
    .filter(ofThisRole)
    .map((policy) => policyOf(policy, "policy", textOf(policy, "name") ?? policy.name));
  const attached = ofType(deployed, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(ofThisRole)
    .map((attachment) => managedPolicy(textOf(attachment, "policyArn"), customerPolicies));
  const boundary = isGiven(role, "permissionsBoundary")
    ? managedPolicy(textOf(role, "permissionsBoundary"), customerPolicies)
    : { missing: [] };
  const own = [...inline, ...attached];
  return {
    name,
    arn: textOf(role, "arn") ?? `arn:aws:iam::${accountId}:role/${name}`,
    layer: role.layer,
    trust: policyOf(role, "assumeRolePolicy", "trust").policy,
    policies: own.flatMap(({ policy }) => policy ?? []),
    boundary: boundary.policy,
    notEvaluated: [...own, boundary].flatMap(({ missing }) => missing),
  };
}

function managedPolicy(arn: string | undefined, customerPolicies: ReadonlyMap<string, Deployed>): ReadPolicy {
  if (arn === undefined) return { missing: ["a managed policy: not known before the deployment"] };
  const name = arn.split("/").at(-1) ?? arn;
  const ofAws = MANAGED_POLICIES[arn];
  if (ofAws) return { policy: { name, document: ofAws }, missing: [] };
  const ours = customerPolicies.get(arn);
  return ours ? policyOf(ours, "policy", name) : { missing: [`${name}: not in the states`] };
}
