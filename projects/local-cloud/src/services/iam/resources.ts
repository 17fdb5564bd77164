import { known } from "../../known.ts";
import { derivedCapitalId, iamArn } from "../../identifiers.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { missingPrincipals } from "./named-principals.ts";
import { INLINE_POLICY_LENGTH_MAX, policyFailures } from "./policy-checks.ts";
import { policyAsText } from "./policy-document.ts";
import { isAwsManaged } from "./role-policies.ts";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENTS_PER_ROLE_MAX = 10;

function nameFailures(inputs: Properties, lengthMax: number): readonly CheckFailure[] {
  const name = inputs.name as string | undefined;
  if (!known(name) || new RegExp(`^[\\w+=,.@-]{1,${lengthMax}}$`).test(name)) return [];
  return [
    {
      property: "name",
      reason: `ValidationError: name "${name}" must have 1 to ${lengthMax} letters, digits or _+=,.@-`,
    },
  ];
}

function pathFailures(inputs: Properties): readonly CheckFailure[] {
  const path = inputs.path as string | undefined;
  if (!known(path) || /^\/([!-~]+\/)?$/.test(path)) return [];
  return [{ property: "path", reason: `ValidationError: path "${path}" must begin and end with a slash` }];
}

/** Roles take Latin-1 text; a dash from elsewhere in Unicode is refused at deployment and nowhere before. */
function descriptionFailures({ description }: Properties): readonly CheckFailure[] {
  if (!known(description) || /^[\t\n\r -~¡-ÿ]{0,1000}$/.test(description)) return [];
  return [
    {
      property: "description",
      reason:
        "ValidationError: Value at 'description' failed to satisfy constraint: up to 1000 characters of printable ASCII and Latin-1",
    },
  ];
}

const role = recordedType({
  token: ROLE,
  id: (inputs) => inputs.name,
  arn: (inputs, id) => iamArn(`role${inputs.path ?? "/"}${id}`),
  replaceOnChanges: ["name", "namePrefix", "path"],
  computed: { uniqueId: (_, id) => derivedCapitalId("AROA", 17, id) },
  atCreation: { createDate: () => new Date().toISOString() },
  autoName: "name",
  uniqueBy: ["name"],
  derivedInputs: policyAsText("assumeRolePolicy"),
  check: (inputs) => {
    const duration: unknown = inputs.maxSessionDuration;
    return [
      ...nameFailures(inputs, 64),
      ...pathFailures(inputs),
      ...descriptionFailures(inputs),
      ...policyFailures("assumeRolePolicy", inputs.assumeRolePolicy, { kind: "trust" }),
      ...(known(duration) && (Number(duration) < 3_600 || Number(duration) > 43_200)
        ? [
            {
              property: "maxSessionDuration",
              reason: "ValidationError: maxSessionDuration must be 3600 to 43200 seconds",
            },
          ]
        : []),
    ];
  },
  conflict: (inputs, cloud) => {
    const [missing] = missingPrincipals(cloud, inputs.assumeRolePolicy);
    if (missing !== undefined) return `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${missing}"`;
    const boundary: unknown = inputs.permissionsBoundary;
    if (typeof boundary !== "string" || isAwsManaged(boundary) || cloud.account.byArn(boundary) !== undefined)
      return undefined;
    return `NoSuchEntity: Scope ARN: ${boundary} does not exist or is not attachable.`;
  },
  inUse: ({ id, inputs }, cloud) => {
    if (inputs.forceDetachPolicies === true) return undefined;
    const attached = cloud.account
      .all()
      .filter(({ type, inputs: other }) => type.startsWith("aws:iam/rolePolic") && other.role === id);
    return attached.length > 0
      ? `DeleteConflict: role ${id} still has ${attached.length} policies; delete or detach them first.`
      : undefined;
  },
});

const policy = recordedType({
  token: POLICY,
  id: (inputs) => iamArn(`policy${inputs.path ?? "/"}${inputs.name}`),
  arn: (_, id) => id,
  replaceOnChanges: ["name", "namePrefix", "path", "description"],
  computed: { policyId: (_, id) => derivedCapitalId("ANPA", 17, id), attachmentCount: () => 0 },
  autoName: "name",
  uniqueBy: ["name"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) => [
    ...nameFailures(inputs, 128),
    ...pathFailures(inputs),
    ...policyFailures("policy", inputs.policy, { kind: "identity" }),
  ],
  inUse: ({ id }, cloud) =>
    cloud.account.all().some(({ type, inputs }) => type.endsWith("PolicyAttachment") && inputs.policyArn === id)
      ? `DeleteConflict: policy ${id} is attached; detach it first.`
      : undefined,
});

const rolePolicy = recordedType({
  token: ROLE_POLICY,
  id: (inputs) => `${inputs.role}:${inputs.name}`,
  replaceOnChanges: ["name", "namePrefix", "role"],
  autoName: "name",
  uniqueBy: ["role", "name"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) => [
    ...nameFailures(inputs, 128),
    ...policyFailures("policy", inputs.policy, { kind: "identity", lengthMax: INLINE_POLICY_LENGTH_MAX }),
  ],
  conflict: (inputs, cloud, self) => {
    if (cloud.account.byId(ROLE, inputs.role) === undefined)
      return `NoSuchEntity: The role with name ${inputs.role} cannot be found.`;
    const others = cloud.account
      .ofType(ROLE_POLICY)
      .filter((other) => other.inputs.role === inputs.role && other.id !== self?.id);
    const length = [inputs, ...others.map((other) => other.inputs)].reduce(
      (sum, each) => sum + String(each.policy).replaceAll(/\s/g, "").length,
      0,
    );
    return length > INLINE_POLICY_LENGTH_MAX
      ? `LimitExceeded: Maximum policy size of ${INLINE_POLICY_LENGTH_MAX} bytes exceeded for role ${inputs.role}`
      : undefined;
  },
});

const rolePolicyAttachment = recordedType({
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  id: (inputs) => `${inputs.role}/${inputs.policyArn}`,
  replaceOnChanges: ["role", "policyArn"],
  uniqueBy: ["role", "policyArn"],
  conflict: (inputs, cloud) => {
    const { role: roleName, policyArn } = inputs as { role: string; policyArn: string };
    if (cloud.account.byId(ROLE, roleName) === undefined)
      return `NoSuchEntity: The role with name ${roleName} cannot be found.`;
    if (!isAwsManaged(policyArn) && cloud.account.byId(POLICY, policyArn) === undefined) {
      return `NoSuchEntity: Policy ${policyArn} does not exist or is not attachable.`;
    }
    const attached = cloud.account
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter((other) => other.inputs.role === roleName);
    return attached.length >= ATTACHMENTS_PER_ROLE_MAX
      ? `LimitExceeded: Cannot exceed quota for PoliciesPerRole: ${ATTACHMENTS_PER_ROLE_MAX}.`
      : undefined;
  },
});

export const iamResources: readonly ResourceType[] = [role, policy, rolePolicy, rolePolicyAttachment];
