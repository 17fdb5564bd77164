/** Who may administer a key, who may use it and through what: never the same principal for both. */
import {
  ACCOUNT_ROLES,
  accountPrincipal,
  applyRoleName,
  denyInsecureTransport,
  type StackSettings,
  type Statement,
} from "@records/conventions";

/** Use of a key by roles, only when a service asks for it on their behalf. */
export interface RoleUse {
  readonly sid: string;
  /** Role names or patterns. The roles may not exist yet. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Services through which alone the key is used, for instance `rds`; undefined: called directly. */
  readonly via?: readonly string[];
  /** Encryption contexts that the call must carry. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** Use of a key by an AWS service in its own name. */
export interface ServiceUse {
  readonly sid: string;
  readonly service: string;
  readonly actions: readonly string[];
  readonly condition: NonNullable<Statement["Condition"]>;
}

export interface KeyUse {
  readonly roles?: readonly RoleUse[];
  readonly services?: readonly ServiceUse[];
  /** Roles that hand the key to an AWS resource (a cluster, a file system): grants for AWS resources only. */
  readonly grants?: { readonly roles: readonly string[]; readonly via: readonly string[] };
}

const ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

type Place = Pick<StackSettings, "accountId" | "region" | "suffix">;

export function keyAdministrators({ accountId, suffix }: Place): string[] {
  return [ACCOUNT_ROLES.keyAdministrator, ACCOUNT_ROLES.bootstrap, applyRoleName(suffix, "security")].map(
    (role) => `arn:aws:iam::${accountId}:role/${role}`,
  );
}

/** The policy of one key. `Resource: "*"` is this key: a key policy knows no other. */
export function keyPolicy(place: Place, use: KeyUse): Statement[] {
  const administrators = keyAdministrators(place);
  return [
    {
      Sid: "KeyAdministration",
      Effect: "Allow",
      Principal: accountPrincipal(place.accountId),
      Action: ADMINISTRATION,
      Resource: "*",
      // Whoever creates the key is in this list, or KMS refuses a policy that would lock its creator out.
      Condition: { ArnLike: { "aws:PrincipalArn": administrators } },
    },
    ...(use.roles ?? []).map((each) => roleStatement(place, each)),
    ...(use.services ?? []).map(serviceStatement),
    ...(use.grants ? [grantStatement(place, use.grants)] : []),
    {
      Sid: "DenyEndingTheKey",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": administrators } },
    },
    denyInsecureTransport("kms:*", "*"),
  ];
}

const principals = ({ accountId }: Place, roles: readonly string[]) =>
  roles.map((role) => `arn:aws:iam::${accountId}:role/${role}`);
const viaServices = ({ region }: Place, services: readonly string[]) =>
  services.map((service) => `${service}.${region}.amazonaws.com`);

function roleStatement(place: Place, use: RoleUse): Statement {
  return {
    Sid: use.sid,
    Effect: "Allow",
    Principal: accountPrincipal(place.accountId),
    Action: [...use.actions],
    Resource: "*",
    Condition: {
      ArnLike: { "aws:PrincipalArn": principals(place, use.roles) },
      ...(use.via ? { StringEquals: { "kms:ViaService": viaServices(place, use.via) } } : {}),
      ...(use.context
        ? {
            StringLike: Object.fromEntries(
              Object.entries(use.context).map(([key, values]) => [`kms:EncryptionContext:${key}`, [...values]]),
            ),
          }
        : {}),
    },
  };
}

function serviceStatement(use: ServiceUse): Statement {
  return {
    Sid: use.sid,
    Effect: "Allow",
    Principal: { Service: use.service },
    Action: [...use.actions],
    Resource: "*",
    Condition: use.condition,
  };
}

function grantStatement(place: Place, { roles, via }: NonNullable<KeyUse["grants"]>): Statement {
  return {
    Sid: "GrantsForResources",
    Effect: "Allow",
    Principal: accountPrincipal(place.accountId),
    Action: ["kms:CreateGrant"],
    Resource: "*",
    Condition: {
      ArnLike: { "aws:PrincipalArn": principals(place, roles) },
      Bool: { "kms:GrantIsForAWSResource": "true" },
      StringEquals: { "kms:ViaService": viaServices(place, via) },
      "ForAllValues:StringEquals": {
        "kms:GrantOperations": [
          "Decrypt",
          "Encrypt",
          "GenerateDataKey",
          "GenerateDataKeyWithoutPlaintext",
          "ReEncryptFrom",
          "ReEncryptTo",
          "CreateGrant",
          "RetireGrant",
          "DescribeKey",
        ],
      },
    },
  };
}
