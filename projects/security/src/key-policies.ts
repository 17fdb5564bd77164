/** Who may administer a key, who may use it and through what: never the same principal for both. */
import {
  ACCOUNT_ROLES,
  accountPrincipal,
  denyInsecureTransport,
  roleArn,
  type StackSettings,
  type Statement,
} from "@records/conventions";

type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Use of a key by roles. The account delegates: each role's own policy must allow the call as well. */
export interface RoleUse {
  readonly sid: string;
  /** Role names or patterns. The roles may not exist yet. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Services through which alone the key is used, for instance `rds`; undefined: called directly. */
  readonly via?: readonly string[];
  /** Values, or patterns of them, that the call's encryption context must carry. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** The call's encryption context has these keys, each with some value, and no other. */
  readonly contextKeys?: readonly string[];
  readonly signingAlgorithm?: string;
}

/** Use of a key by an AWS service in its own name. */
export interface ServiceUse {
  readonly sid: string;
  readonly service: string;
  readonly actions: readonly string[];
  readonly condition: Condition;
}

export interface KeyUse {
  readonly roles?: readonly RoleUse[];
  readonly services?: readonly ServiceUse[];
  /** Roles that hand the key to an AWS resource (a cluster, a file system): grants for AWS resources only. */
  readonly grants?: { readonly roles: readonly string[]; readonly via: readonly string[] };
}

/**
 * All that manages a key and nothing that uses it. Not there, because no key is imported, replicated or made public:
 * key material, replicas, the primary Region.
 */
export const ADMINISTRATION: readonly string[] = [
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
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** What a preview asks of a key to compare it with the program, as the account's watchers do. */
const SETTINGS: readonly string[] = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
];

/**
 * Service-linked roles of the recorder and the access analyzer. Their own policies allow them to look at keys, and a
 * key whose policy does not would be the one thing they cannot see.
 */
const WATCHERS: readonly string[] = [
  "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
  "aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer",
];

/** What encrypts and decrypts, for services that do both on a role's behalf. */
export const CRYPTO: readonly string[] = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

type Place = Pick<StackSettings, "accountId" | "region" | "applyRole" | "planRole">;

export function keyAdministrators({ accountId, applyRole }: Place): string[] {
  return [ACCOUNT_ROLES.keyAdministrator, ACCOUNT_ROLES.bootstrap, applyRole("security")].map((role) =>
    roleArn(accountId, role),
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
      Action: [...ADMINISTRATION],
      Resource: "*",
      // Whoever creates the key is in this list, or KMS refuses a policy that would lock its creator out.
      Condition: { ArnLike: { "aws:PrincipalArn": administrators } },
    },
    roleStatement(place, { sid: "PreviewLooks", roles: [place.planRole("security")], actions: SETTINGS }),
    roleStatement(place, {
      sid: "WatchersLook",
      roles: WATCHERS,
      actions: [...SETTINGS, "kms:ListGrants", "kms:ListKeyPolicies"],
    }),
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

const principals = ({ accountId }: Place, roles: readonly string[]) => roles.map((role) => roleArn(accountId, role));
const viaServices = ({ region }: Place, services: readonly string[]) =>
  services.map((service) => `${service}.${region}.amazonaws.com`);
const contextKey = (name: string) => `kms:EncryptionContext:${name}`;

function roleStatement(place: Place, use: RoleUse): Statement {
  return {
    Sid: use.sid,
    Effect: "Allow",
    Principal: accountPrincipal(place.accountId),
    Action: [...use.actions],
    Resource: "*",
    Condition: { ArnLike: { "aws:PrincipalArn": principals(place, use.roles) }, ...howUsed(place, use) },
  };
}

function howUsed(place: Place, { via, context, contextKeys, signingAlgorithm }: RoleUse) {
  const equal = {
    ...(via && { "kms:ViaService": viaServices(place, via) }),
    ...(signingAlgorithm && { "kms:SigningAlgorithm": signingAlgorithm }),
  };
  return {
    ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
    ...(context && {
      StringLike: Object.fromEntries(Object.entries(context).map(([name, values]) => [contextKey(name), [...values]])),
    }),
    // ForAllValues alone also holds for a call without any context, so each key must be there too.
    ...(contextKeys && {
      "ForAllValues:StringEquals": { "kms:EncryptionContextKeys": [...contextKeys] },
      Null: Object.fromEntries(contextKeys.map((name) => [contextKey(name), "false"])),
    }),
  };
}

function serviceStatement(use: ServiceUse): Statement {
  return {
    Sid: use.sid,
    Effect: "Allow",
    Principal: { Service: use.service },
    Action: [...use.actions],
    Resource: "*",
    Condition: use.condition as NonNullable<Statement["Condition"]>,
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
