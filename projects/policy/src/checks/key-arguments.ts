/** Where each type names its key, and whose key it may be. */

/** Keys of the security layer by purpose, and the classifications of what each one protects. */
export const KEY_CLASSES = {
  database: ["pii", "directory"],
  "student-fields": ["restricted"],
  cache: ["pii"],
  events: ["pii"],
  files: ["internal"],
  secrets: ["credential"],
  audit: ["audit"],
  logs: ["internal"],
  compute: ["internal"],
  backup: ["restricted"],
  signing: ["audit"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type KeyPurpose = keyof typeof KEY_CLASSES;

export interface KeyArgument {
  /** `a.b[].c`: `[]` stands for each member of a list. */
  readonly path: string;
  readonly purposes: readonly KeyPurpose[];
  /** The key may be left out: it is about a part that is not always there. */
  readonly optional?: true;
}

const required = (path: string, ...purposes: KeyPurpose[]): KeyArgument => ({ path, purposes });
const optional = (path: string, ...purposes: KeyPurpose[]): KeyArgument => ({ path, purposes, optional: true });

/** Buckets by purpose: their keys differ, their types do not. */
export const BUCKET_KEYS: Readonly<Record<string, KeyPurpose>> = {
  audit: "audit",
  configuration: "audit",
  archive: "events",
  canary: "compute",
};

export const BUCKET_ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

export const KEY_ARGUMENTS: Readonly<Record<string, readonly KeyArgument[]>> = {
  "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": [required("encryptionKeyArn", "backup")],
  "aws:backup/vault:Vault": [required("kmsKeyArn", "backup")],
  "aws:cfg/deliveryChannel:DeliveryChannel": [required("s3KmsKeyArn", "audit")],
  "aws:cloudtrail/trail:Trail": [required("kmsKeyId", "audit")],
  "aws:cloudwatch/logGroup:LogGroup": [required("kmsKeyId", "logs")],
  "aws:ecr/repository:Repository": [required("encryptionConfigurations[].kmsKey", "compute")],
  "aws:ecs/cluster:Cluster": [
    required("configuration.managedStorageConfiguration.fargateEphemeralStorageKmsKeyId", "compute"),
    optional("configuration.managedStorageConfiguration.kmsKeyId", "compute"),
    optional("configuration.executeCommandConfiguration.kmsKeyId", "compute"),
  ],
  "aws:efs/fileSystem:FileSystem": [required("kmsKeyId", "files")],
  "aws:elasticache/replicationGroup:ReplicationGroup": [required("kmsKeyId", "cache")],
  "aws:guardduty/publishingDestination:PublishingDestination": [required("kmsKeyArn", "audit")],
  "aws:kinesis/stream:Stream": [required("kmsKeyId", "events")],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [optional("kmsKeyArn", "compute", "events")],
  "aws:lambda/function:Function": [required("kmsKeyArn", "compute")],
  "aws:rds/cluster:Cluster": [
    required("kmsKeyId", "database"),
    required("masterUserSecretKmsKeyId", "secrets"),
    optional("performanceInsightsKmsKeyId", "database"),
  ],
  "aws:rds/clusterInstance:ClusterInstance": [optional("performanceInsightsKmsKeyId", "database")],
  [BUCKET_ENCRYPTION]: [
    required("rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId", "audit", "events", "compute"),
  ],
  "aws:secretsmanager/secret:Secret": [required("kmsKeyId", "secrets")],
  "aws:sns/topic:Topic": [required("kmsMasterKeyId", "compute")],
  "aws:sqs/queue:Queue": [required("kmsMasterKeyId", "events")],
  "aws:synthetics/canary:Canary": [required("artifactConfig.s3Encryption.kmsKeyArn", "compute")],
  "aws:xray/encryptionConfig:EncryptionConfig": [required("keyId", "compute")],
};

/** The values at a path; a list that is not there has one absent member, so that a missing key is seen. */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  const [head, ...rest] = path.split(".");
  if (head === undefined || head === "") return [value];
  const list = head.endsWith("[]");
  const inner = (value as Record<string, unknown> | undefined)?.[list ? head.slice(0, -2) : head];
  const members = list ? [inner ?? []].flat() : [inner];
  return (members.length > 0 ? members : [undefined]).flatMap((member) => valuesAt(member, rest.join(".")));
}

/** The property that a path starts in. */
export const rootOf = (path: string): string => /^\w+/.exec(path)?.[0] ?? path;
