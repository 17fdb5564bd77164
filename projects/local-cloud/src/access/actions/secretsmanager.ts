/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
import { arn } from "../../identifiers.ts";
import type { AccountView } from "../account-view.ts";
import { throughService } from "../keys.ts";
import { tagsOf } from "../policies.ts";
import { given, operations, type Input, type Use } from "../request.ts";

interface Secret {
  readonly arn: string;
  readonly keyId: string | undefined;
  readonly rotatedBy: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** @param id name or ARN, the six random characters left out or not */
export function secretOf(account: AccountView, id: string): Secret {
  const record = account
    .ofType("aws:secretsmanager/secret:Secret")
    .find(({ arn: secretArn, inputs }) => secretArn === id || inputs.name === id || secretArn?.slice(0, -7) === id);
  if (record?.arn === undefined) return managedSecret(account, id) ?? unknownSecret(id);
  const rotation = account
    .ofType("aws:secretsmanager/secretRotation:SecretRotation")
    .find(({ inputs }) => inputs.secretId === record.arn);
  return {
    arn: record.arn,
    keyId: record.inputs.kmsKeyId as string | undefined,
    rotatedBy: rotation?.inputs.rotationLambdaArn as string | undefined,
    tags: tagsOf(record),
  };
}

/** RDS keeps the master password in a secret that is nobody's resource. */
function managedSecret(account: AccountView, id: string): Secret | undefined {
  const secrets = account
    .ofType("aws:rds/cluster:Cluster")
    .flatMap(({ outputs }) => (outputs.masterUserSecrets ?? []) as readonly { secretArn: string; kmsKeyId?: string }[]);
  const found = secrets.find(({ secretArn }) => secretArn === id || secretArn.slice(0, -7) === id);
  return found && { arn: found.secretArn, keyId: found.kmsKeyId, rotatedBy: undefined, tags: {} };
}

const unknownSecret = (id: string): Secret => ({
  arn: id.startsWith("arn:") ? id : arn("secretsmanager", `secret:${id}`),
  keyId: undefined,
  rotatedBy: undefined,
  tags: {},
});

/** What the reader of a secret needs, whoever reads: a role by a call, or RDS Proxy and ECS for one. */
export function readingSecret(account: AccountView, secretId: string, input: Input = {}): readonly Use[] {
  return onSecret("GetSecretValue", ["Decrypt"])({ ...input, SecretId: secretId }, account);
}

const onSecret =
  (operation: string, keyActions: readonly ("Decrypt" | "GenerateDataKey")[] = []) =>
  (input: Input, account: AccountView): readonly Use[] => {
    const id = String(input.SecretId ?? "");
    const secret = secretOf(account, id);
    return [
      {
        action: `secretsmanager:${operation}`,
        resource: secret.arn,
        context: {
          ...given("secretsmanager:SecretId", id),
          ...given("secretsmanager:VersionId", input.VersionId),
          ...given(
            "secretsmanager:VersionStage",
            input.VersionStage ??
              (operation === "GetSecretValue" && input.VersionId === undefined ? "AWSCURRENT" : undefined),
          ),
          ...given("secretsmanager:resource/AllowRotationLambdaArn", secret.rotatedBy),
          ...Object.fromEntries(
            Object.entries(secret.tags).flatMap(([key, value]) => [
              [`secretsmanager:ResourceTag/${key}`, value],
              [`aws:ResourceTag/${key}`, value],
            ]),
          ),
        },
      },
      ...throughService(account, "secretsmanager", secret.keyId, keyActions, { SecretARN: secret.arn }),
    ];
  };

export const secretsmanager = operations({
  BatchGetSecretValue: (input, account) => [
    { action: "secretsmanager:BatchGetSecretValue", resource: "*" },
    ...((input.SecretIdList ?? []) as readonly string[]).flatMap((id) => readingSecret(account, id)),
  ],
  CancelRotateSecret: onSecret("CancelRotateSecret"),
  DescribeSecret: onSecret("DescribeSecret"),
  GetRandomPassword: () => [{ action: "secretsmanager:GetRandomPassword", resource: "*" }],
  GetResourcePolicy: onSecret("GetResourcePolicy"),
  GetSecretValue: onSecret("GetSecretValue", ["Decrypt"]),
  ListSecretVersionIds: onSecret("ListSecretVersionIds"),
  ListSecrets: () => [{ action: "secretsmanager:ListSecrets", resource: "*" }],
  PutSecretValue: onSecret("PutSecretValue", ["GenerateDataKey", "Decrypt"]),
  RotateSecret: onSecret("RotateSecret"),
  UpdateSecret: onSecret("UpdateSecret", ["GenerateDataKey", "Decrypt"]),
  UpdateSecretVersionStage: onSecret("UpdateSecretVersionStage"),
});
