/** What must hold in every environment, each as a question that names the offenders: nobody is the answer wanted. */
import { evaluate, possibility } from "@records/iam";
import {
  askers,
  deployedRole,
  knownContext,
  mayDo,
  mayRead,
  policiesFor,
  type AccessModel,
  type Asker,
  type GuardedResource,
} from "../src/index.ts";
import { keysOf } from "./system.ts";

/** Every call that turns a key into plaintext or ciphertext, a signature, or the right to one. */
export const KEY_USES = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateMac",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:Sign",
  "kms:DeriveSharedSecret",
  "kms:CreateGrant",
  "kms:ReplicateKey",
  "kms:UpdatePrimaryRegion",
  "kms:ImportKeyMaterial",
];
/** Every call after which a key is gone, asleep or somebody else's. */
export const KEY_ENDS = [
  "kms:PutKeyPolicy",
  "kms:DisableKey",
  "kms:ScheduleKeyDeletion",
  "kms:DeleteImportedKeyMaterial",
];

export const ALL_KEY_ACTIONS = [
  ...KEY_USES,
  ...KEY_ENDS,
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:GetPublicKey",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
  "kms:Verify",
];

/** Who may do any of this with a key, by the key's policy and their own. */
export function mayWithKey(model: AccessModel, key: GuardedResource, actions: readonly string[]): readonly string[] {
  return askers(model, key)
    .filter((asker) => actions.some((action) => mayDo(model, asker, action, key.arn, key).possible))
    .map(({ name }) => name);
}

/** `<role>: <action> <resource>` of everything that a role may read, content decrypted. */
export function dataReadBy(model: AccessModel, asker: Asker): readonly string[] {
  const inResource = model.resources.flatMap((resource) =>
    (READS[resource.kind] ?? []).map(({ action, part }) => ({ action, arn: `${resource.arn}${part}`, resource })),
  );
  const elsewhere = elsewhereIn(model).map((each) => ({ ...each, resource: undefined }));
  return [...inResource, ...elsewhere]
    .filter(({ action, arn, resource }) => mayRead(model, asker, action, arn, resource))
    .map(({ action, arn }) => `${asker.name}: ${action} ${arn}`);
}

const READS: Readonly<Partial<Record<GuardedResource["kind"], readonly { action: string; part: string }[]>>> = {
  "kms-key": [
    { action: "kms:Decrypt", part: "" },
    { action: "kms:GenerateDataKey", part: "" },
    { action: "kms:ReEncryptFrom", part: "" },
    { action: "kms:CreateGrant", part: "" },
  ],
  bucket: [
    { action: "s3:GetObject", part: "/any" },
    { action: "s3:GetObjectVersion", part: "/any" },
  ],
  secret: [{ action: "secretsmanager:GetSecretValue", part: "" }],
  stream: [
    { action: "kinesis:GetRecords", part: "" },
    { action: "kinesis:SubscribeToShard", part: "/consumer/any:1700000000" },
  ],
  queue: [{ action: "sqs:ReceiveMessage", part: "" }],
  "file-system": [{ action: "elasticfilesystem:ClientMount", part: "" }],
};

/** What has no policy of its own. */
function elsewhereIn({ accountId, region }: AccessModel): readonly { action: string; arn: string }[] {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const group = arn("logs", "log-group:/srs/prod/api");
  return [
    { action: "secretsmanager:GetSecretValue", arn: arn("secretsmanager", "secret:rds!cluster-0-AbCdEf") },
    { action: "rds-data:ExecuteStatement", arn: arn("rds", "cluster:srs-prod-records") },
    { action: "rds-data:BatchExecuteStatement", arn: arn("rds", "cluster:srs-prod-records") },
    { action: "rds-db:connect", arn: arn("rds-db", "dbuser:cluster-ABC/srs_owner") },
    { action: "rds:DownloadDBLogFilePortion", arn: arn("rds", "db:srs-prod-records-1") },
    { action: "logs:GetLogEvents", arn: `${group}:log-stream:any` },
    { action: "logs:FilterLogEvents", arn: group },
    { action: "logs:StartQuery", arn: group },
    { action: "logs:StartLiveTail", arn: group },
    { action: "s3:GetObject", arn: "arn:aws:s3:::srs-prod-archive-000000000000/any" },
    { action: "lambda:InvokeFunction", arn: arn("lambda", "function:srs-prod-migration:live") },
    { action: "dynamodb:GetItem", arn: arn("dynamodb", "table/any") },
  ];
}

/** Roles under their boundary, with every permission of their own: what no policy of theirs can ever give them. */
export function worstCases(model: AccessModel): readonly Asker[] {
  const everything = {
    name: "everything",
    document: { Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }] },
  };
  return model.roles.map((role) => ({ ...deployedRole(role), identity: [everything] }));
}

/** Roles that the boundary does not keep from this, whatever their own policies say. */
export function unbounded(
  model: AccessModel,
  action: string,
  resource: string,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): readonly string[] {
  return worstCases(model)
    .filter((asker) => {
      const request = { principal: asker.principal, action, resource, context: { ...knownContext(model), ...context } };
      return possibility(request, policiesFor(asker)).possible;
    })
    .map(({ name }) => name);
}

/** `<who> as <role>`: roles that somebody may take, asked of everybody with every permission of their own. */
export function takenRoles(model: AccessModel, services: readonly string[]): readonly string[] {
  const people = askers(model)
    .filter(({ standing }) => standing !== "deployed")
    .concat(worstCases(model).map((asker) => ({ ...asker, boundary: undefined })));
  const takers = [
    ...people,
    ...services.map((service) => ({ name: service, principal: { kind: "service", service } as const, identity: [] })),
  ];
  return model.roles.flatMap((role) =>
    takers
      .filter(({ principal, identity }) => {
        const request = { principal, action: "sts:AssumeRole", resource: role.arn, context: {} };
        return possibility(request, { identity, resource: role.trust, resourceKind: "trust" }).possible;
      })
      .map(({ name }) => `${name} as ${role.name}`),
  );
}

/** Whether a key lets somebody with every permission of their own do this in this encryption context. */
export function keyLets(
  model: AccessModel,
  key: GuardedResource,
  role: string,
  action: string,
  encryptionContext: Readonly<Record<string, string>>,
): boolean {
  const context = {
    ...knownContext(model, key),
    "kms:EncryptionContextKeys": Object.keys(encryptionContext),
    ...Object.fromEntries(
      Object.entries(encryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    ),
  };
  const principal = { kind: "role", arn: `arn:aws:iam::${model.accountId}:role/${role}` } as const;
  const everything = worstCases(model)[0]?.identity ?? [];
  return evaluate(
    { principal, action, resource: key.arn, context },
    { identity: everything, resource: key.policy, resourceKind: "kms-key" },
  ).allowed;
}

export function endsOfKeys(model: AccessModel): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(keysOf(model).map((key) => [key.name, mayWithKey(model, key, KEY_ENDS)]));
}
