/** Resources with a policy of their own: how each is named by ARN, and where its policy is declared. */
import { textOf, type Deployed } from "./state-resources.ts";

export type GuardedKind =
  "kms-key" | "bucket" | "queue" | "topic" | "secret" | "stream" | "file-system" | "repository" | "backup-vault";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

interface GuardedType {
  readonly kind: GuardedKind;
  /** ARN where the state does not have it, before a deployment. Where AWS makes up an id, the logical name stands for it. */
  readonly arn: (resource: Deployed, place: Place) => string;
  /** Type that holds the policy, and its property that names the resource by id, name or ARN. */
  readonly policyType?: string;
  readonly refersBy?: string;
  /** Property that names the key of what is in it; of a type that declares it apart, with the property that refers. */
  readonly encryptedBy?: string | { readonly type: string; readonly refersBy: string };
}

const named =
  (service: string, prefix = "") =>
  (resource: Deployed, { accountId, region }: Place): string =>
    `arn:aws:${service}:${region}:${accountId}:${prefix}${textOf(resource, "name") ?? resource.name}`;

const TYPES: Readonly<Record<string, GuardedType>> = {
  "aws:kms/key:Key": { kind: "kms-key", arn: named("kms", "key/") },
  "aws:s3/bucket:Bucket": {
    kind: "bucket",
    arn: (bucket) => `arn:aws:s3:::${textOf(bucket, "bucket") ?? bucket.name}`,
    policyType: "aws:s3/bucketPolicy:BucketPolicy",
    refersBy: "bucket",
    encryptedBy: {
      type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      refersBy: "bucket",
    },
  },
  "aws:sqs/queue:Queue": {
    kind: "queue",
    arn: named("sqs"),
    policyType: "aws:sqs/queuePolicy:QueuePolicy",
    refersBy: "queueUrl",
    encryptedBy: "kmsMasterKeyId",
  },
  "aws:sns/topic:Topic": {
    kind: "topic",
    arn: named("sns"),
    policyType: "aws:sns/topicPolicy:TopicPolicy",
    refersBy: "arn",
    encryptedBy: "kmsMasterKeyId",
  },
  "aws:secretsmanager/secret:Secret": {
    kind: "secret",
    arn: named("secretsmanager", "secret:"),
    policyType: "aws:secretsmanager/secretPolicy:SecretPolicy",
    refersBy: "secretArn",
    encryptedBy: "kmsKeyId",
  },
  "aws:kinesis/stream:Stream": {
    kind: "stream",
    arn: named("kinesis", "stream/"),
    policyType: "aws:kinesis/resourcePolicy:ResourcePolicy",
    refersBy: "resourceArn",
    encryptedBy: "kmsKeyId",
  },
  "aws:efs/fileSystem:FileSystem": {
    kind: "file-system",
    arn: named("elasticfilesystem", "file-system/"),
    policyType: "aws:efs/fileSystemPolicy:FileSystemPolicy",
    refersBy: "fileSystemId",
    encryptedBy: "kmsKeyId",
  },
  "aws:ecr/repository:Repository": {
    kind: "repository",
    arn: named("ecr", "repository/"),
    policyType: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    refersBy: "repository",
  },
  "aws:backup/vault:Vault": {
    kind: "backup-vault",
    arn: named("backup", "backup-vault:"),
    policyType: "aws:backup/vaultPolicy:VaultPolicy",
    refersBy: "backupVaultName",
  },
};
export const GUARDED_TYPES: readonly string[] = Object.keys(TYPES);

export interface Guarded {
  readonly kind: GuardedKind;
  readonly arn: string;
  /** What declares its policy, as `policy`: the resource itself, or resources of their own. */
  readonly holders: readonly Deployed[];
  /** ARN of the key under which its content is. */
  readonly keyArn?: string;
}

export function guardedResource(resource: Deployed, deployed: readonly Deployed[], place: Place): Guarded {
  const type = TYPES[resource.type];
  if (!type) throw new Error(`${resource.type} is not in the table of guarded types. Add it in guarded.ts.`);
  const arn = textOf(resource, "arn") ?? type.arn(resource, place);
  const names = [resource.id, textOf(resource, "arn"), textOf(resource, "name"), textOf(resource, "bucket")];
  const speaksOfIt = (other: Deployed, property: string) => {
    const target = textOf(other, property);
    // Before the deployment no id is known: the resource and what speaks of it have one logical name then.
    return target === undefined ? other.name === resource.name : names.includes(target);
  };
  const { policyType, refersBy, encryptedBy } = type;
  const separate =
    refersBy === undefined ? [] : deployed.filter((other) => other.type === policyType && speaksOfIt(other, refersBy));
  const keyArn =
    typeof encryptedBy === "object"
      ? deployed
          .filter((other) => other.type === encryptedBy.type && speaksOfIt(other, encryptedBy.refersBy))
          .map(bucketKey)[0]
      : encryptedBy && textOf(resource, encryptedBy);
  // What the resource itself reports is the same policy once more, when it is declared apart.
  return { kind: type.kind, arn, holders: separate.length > 0 ? separate : [resource], keyArn };
}

function bucketKey({ inputs }: Deployed): string | undefined {
  const rules = (inputs.rules ?? []) as readonly {
    readonly applyServerSideEncryptionByDefault?: { readonly kmsMasterKeyId?: string };
  }[];
  return rules[0]?.applyServerSideEncryptionByDefault?.kmsMasterKeyId;
}
