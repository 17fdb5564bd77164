/** What AWS asks IAM about when the data layer's resources are created. */
import { arn, iamArn, making, on, passing, type Call, type Needs } from "./calls.ts";
import { BUCKET_CALLS, SHARED_CALLS } from "./security-calls.ts";

const rds = (kind: string, name: string) => arn("rds", `${kind}:${name}`);
const cache = (kind: string, name: string) => arn("elasticache", `${kind}:${name}`);
const file = (kind: string) => arn("elasticfilesystem", `${kind}/fs-0123456789abcdef0`);
const ec2 = (kind: string) => arn("ec2", `${kind}/x-0123456789abcdef0`);
const service = (name: string): Call[] =>
  making("iam", "CreateServiceLinkedRole", iamArn(`role/aws-service-role/${name}.amazonaws.com/x`), {
    "iam:AWSServiceName": `${name}.amazonaws.com`,
  });
/** Encryption at rest: the service takes a grant in the caller's name. */
const encrypting = (keyArn: unknown): Call[] => [
  ...on("kms", "DescribeKey GenerateDataKey", String(keyArn)),
  ...on("kms", "CreateGrant", String(keyArn), { "kms:GrantIsForAWSResource": "true" }),
];

export const FUNCTION_CALLS: Readonly<Record<string, Needs>> = {
  "aws:lambda/function:Function": (name, inputs) => [
    ...making("lambda", "CreateFunction TagResource", arn("lambda", `function:${name}`)),
    ...on("lambda", "PutFunctionConcurrency GetFunction", arn("lambda", `function:${name}`)),
    ...on("ec2", "DescribeSecurityGroups DescribeSubnets DescribeVpcs", "*"),
    ...passing(inputs.role, "lambda"),
    ...encrypting(inputs.kmsKeyArn),
    ...(inputs.s3Bucket === undefined
      ? []
      : on("s3", "GetObject GetObjectVersion", `arn:aws:s3:::${inputs.s3Bucket}/${inputs.s3Key}`)),
  ],
  "aws:lambda/invocation:Invocation": (_, inputs) =>
    on(
      "lambda",
      "InvokeFunction",
      [inputs.functionName, inputs.qualifier]
        .filter(Boolean)
        .join(":")
        .replace(/^(?!arn:)/, arn("lambda", "function:")),
    ),
};

export const EVENT_RULE_CALLS: Readonly<Record<string, Needs>> = {
  "aws:cloudwatch/eventRule:EventRule": (name) => [
    ...making("events", "PutRule TagResource", arn("events", `rule/${name}`)),
    ...on("events", "DescribeRule ListTagsForResource", arn("events", `rule/${name}`)),
  ],
  "aws:cloudwatch/eventTarget:EventTarget": (_, inputs) =>
    on("events", "PutTargets ListTargetsByRule", arn("events", `rule/${inputs.rule}`)),
};

const vault = (name: string) => arn("backup", `backup-vault:${name}`);
const plan = arn("backup", "backup-plan:1234abcd-12ab-34cd-56ef-1234567890ab");
const testingPlan = (name: string) =>
  arn("backup", `restore-testing-plan:${name}-1234abcd-12ab-34cd-56ef-1234567890ab`);
/** A vault is mounted in the caller's name, and takes a grant on its key. */
const mounting = (keyArn: unknown): Call[] => [
  ...on("backup-storage", "MountCapsule", "*"),
  ...encrypting(keyArn),
  ...on("kms", "Decrypt", String(keyArn)),
];

export const BACKUP_CALLS: Readonly<Record<string, Needs>> = {
  "aws:backup/vault:Vault": (name, inputs) => [
    ...making("backup", "CreateBackupVault TagResource", vault(name)),
    ...on("backup", "DescribeBackupVault", vault(name)),
    ...mounting(inputs.kmsKeyArn),
  ],
  "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": (name, inputs) => [
    ...making("backup", "CreateLogicallyAirGappedBackupVault TagResource", vault(name)),
    ...on("backup", "DescribeBackupVault", vault(name)),
    ...mounting(inputs.encryptionKeyArn),
  ],
  "aws:backup/vaultPolicy:VaultPolicy": (_, inputs) =>
    on("backup", "PutBackupVaultAccessPolicy GetBackupVaultAccessPolicy", vault(String(inputs.backupVaultName))),
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": (_, inputs) =>
    on("backup", "PutBackupVaultLockConfiguration", vault(String(inputs.backupVaultName))),
  "aws:backup/plan:Plan": () => making("backup", "CreateBackupPlan TagResource", plan),
  "aws:backup/selection:Selection": (_, inputs) => [
    ...on("backup", "CreateBackupSelection GetBackupSelection", plan),
    ...passing(inputs.iamRoleArn, "backup"),
    ...service("backup"),
  ],
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": (name) => [
    ...making("backup", "CreateRestoreTestingPlan TagResource", testingPlan(name)),
    ...on("backup", "GetRestoreTestingPlan", testingPlan(name)),
  ],
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": (_, inputs) => [
    ...on(
      "backup",
      "CreateRestoreTestingSelection GetRestoreTestingSelection",
      testingPlan(String(inputs.restoreTestingPlanName)),
    ),
    ...passing(inputs.iamRoleArn, "backup"),
  ],
};

export const DATA_CALLS: Readonly<Record<string, Needs>> = {
  ...SHARED_CALLS,
  ...BUCKET_CALLS,
  ...FUNCTION_CALLS,
  ...EVENT_RULE_CALLS,
  ...BACKUP_CALLS,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": () =>
    on("sqs", "SetQueueAttributes", arn("sqs", "srs-prod-projector-dlq")),
  "aws:rds/parameterGroup:ParameterGroup": (name) =>
    making("rds", "CreateDBParameterGroup AddTagsToResource", rds("pg", name)),
  "aws:rds/eventSubscription:EventSubscription": (name) =>
    making("rds", "CreateEventSubscription AddTagsToResource", rds("es", name)),
  "aws:efs/backupPolicy:BackupPolicy": () => [
    ...on("elasticfilesystem", "PutBackupPolicy DescribeBackupPolicy", file("file-system")),
    ...service("backup"),
  ],
  "aws:sqs/queuePolicy:QueuePolicy": () =>
    on("sqs", "SetQueueAttributes", arn("sqs", "srs-prod-cache-invalidator-dlq")),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": (name) => [
    ...making("rds", "CreateDBClusterParameterGroup AddTagsToResource", rds("cluster-pg", name)),
    ...on("rds", "ModifyDBClusterParameterGroup", rds("cluster-pg", name)),
  ],
  "aws:rds/subnetGroup:SubnetGroup": (name) =>
    making("rds", "CreateDBSubnetGroup AddTagsToResource", rds("subgrp", name)),
  "aws:rds/cluster:Cluster": (name, inputs) => [
    ...making("rds", "CreateDBCluster AddTagsToResource", rds("cluster", name)),
    ...on("rds", "CreateDBCluster", rds("cluster-pg", String(inputs.dbClusterParameterGroupName))),
    ...on("rds", "CreateDBCluster", rds("subgrp", String(inputs.dbSubnetGroupName))),
    ...on("rds", "CreateDBCluster", rds("og", "default:aurora-postgresql-17")),
    ...making(
      "secretsmanager",
      "CreateSecret TagResource",
      arn("secretsmanager", "secret:rds!cluster-0a1b2c3d-AbCdEf"),
    ),
    ...encrypting(inputs.kmsKeyId),
    ...encrypting(inputs.masterUserSecretKmsKeyId),
    ...(inputs.monitoringRoleArn ? passing(inputs.monitoringRoleArn, "monitoring.rds") : []),
    ...service("rds"),
  ],
  "aws:rds/clusterInstance:ClusterInstance": (name, inputs) => [
    ...making("rds", "CreateDBInstance AddTagsToResource", rds("db", name)),
    ...on("rds", "CreateDBInstance", rds("cluster", String(inputs.clusterIdentifier))),
    ...on("rds", "CreateDBInstance", rds("pg", String(inputs.dbParameterGroupName))),
    ...(inputs.monitoringRoleArn ? passing(inputs.monitoringRoleArn, "monitoring.rds") : []),
  ],
  "aws:rds/proxy:Proxy": (_, inputs) => [
    ...making("rds", "CreateDBProxy", "*"),
    ...making("rds", "AddTagsToResource", rds("db-proxy", "prx-0123456789abcdef0")),
    ...passing(inputs.roleArn, "rds"),
  ],
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": () =>
    on("rds", "ModifyDBProxyTargetGroup", rds("target-group", "prx-tg-0123456789abcdef0")),
  "aws:rds/proxyTarget:ProxyTarget": (_, inputs) => [
    ...on("rds", "RegisterDBProxyTargets", rds("target-group", "prx-tg-0123456789abcdef0")),
    ...on("rds", "RegisterDBProxyTargets", rds("cluster", String(inputs.dbClusterIdentifier))),
  ],
  "aws:rds/proxyEndpoint:ProxyEndpoint": () => [
    ...on("rds", "CreateDBProxyEndpoint", rds("db-proxy", "prx-0123456789abcdef0")),
    ...making(
      "rds",
      "CreateDBProxyEndpoint AddTagsToResource",
      rds("db-proxy-endpoint", "prx-endpoint-0123456789abcdef0"),
    ),
  ],
  "aws:elasticache/parameterGroup:ParameterGroup": (name) => [
    ...making("elasticache", "CreateCacheParameterGroup AddTagsToResource", cache("parametergroup", name)),
    ...on("elasticache", "ModifyCacheParameterGroup", cache("parametergroup", name)),
  ],
  "aws:elasticache/subnetGroup:SubnetGroup": (name) =>
    making("elasticache", "CreateCacheSubnetGroup AddTagsToResource", cache("subnetgroup", name)),
  "aws:elasticache/user:User": (_, inputs) =>
    making("elasticache", "CreateUser AddTagsToResource", cache("user", String(inputs.userId))),
  "aws:elasticache/userGroup:UserGroup": (name, inputs) => [
    ...making("elasticache", "CreateUserGroup AddTagsToResource", cache("usergroup", name)),
    ...(inputs.userIds as string[]).flatMap((user) => on("elasticache", "CreateUserGroup", cache("user", user))),
  ],
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, inputs) => [
    ...making("elasticache", "CreateReplicationGroup AddTagsToResource", cache("replicationgroup", name)),
    ...on("elasticache", "CreateReplicationGroup", cache("parametergroup", String(inputs.parameterGroupName))),
    ...on("elasticache", "CreateReplicationGroup", cache("subnetgroup", String(inputs.subnetGroupName))),
    ...encrypting(inputs.kmsKeyId),
    ...on("logs", "CreateLogDelivery UpdateLogDelivery GetLogDelivery ListLogDeliveries", "*"),
    ...service("elasticache"),
  ],
  "aws:kinesis/stream:Stream": (name, inputs) => [
    ...making("kinesis", "CreateStream AddTagsToStream", arn("kinesis", `stream/${name}`)),
    ...on("kinesis", "IncreaseStreamRetentionPeriod StartStreamEncryption", arn("kinesis", `stream/${name}`)),
    ...on("kinesis", "StartStreamEncryption", String(inputs.kmsKeyId)),
    ...on("kms", "DescribeKey", String(inputs.kmsKeyId)),
  ],
  "aws:kinesis/streamConsumer:StreamConsumer": (_, inputs) =>
    making("kinesis", "RegisterStreamConsumer", String(inputs.streamArn)),
  "aws:kinesis/resourcePolicy:ResourcePolicy": (_, inputs) =>
    on("kinesis", "PutResourcePolicy", String(inputs.resourceArn)),
  "aws:efs/fileSystem:FileSystem": (_, inputs) => [
    ...making("elasticfilesystem", "CreateFileSystem", "*"),
    ...making("elasticfilesystem", "TagResource", file("file-system")),
    ...on("elasticfilesystem", "PutLifecycleConfiguration UpdateFileSystemProtection", file("file-system")),
    ...encrypting(inputs.kmsKeyId),
    ...service("elasticfilesystem"),
  ],
  "aws:efs/accessPoint:AccessPoint": () => [
    ...on("elasticfilesystem", "CreateAccessPoint", file("file-system")),
    ...making("elasticfilesystem", "TagResource", file("access-point")),
  ],
  "aws:efs/mountTarget:MountTarget": () => [
    ...on("elasticfilesystem", "CreateMountTarget", file("file-system")),
    ...making("ec2", "CreateNetworkInterface", ec2("network-interface")),
    ...["subnet", "security-group"].flatMap((kind) => on("ec2", "CreateNetworkInterface", ec2(kind))),
  ],
  "aws:efs/fileSystemPolicy:FileSystemPolicy": () =>
    on("elasticfilesystem", "PutFileSystemPolicy", file("file-system")),
  "aws:secretsmanager/secret:Secret": (name, inputs) => [
    ...making("secretsmanager", "CreateSecret TagResource", arn("secretsmanager", `secret:${name}-AbCdEf`)),
    ...on("secretsmanager", "DescribeSecret GetResourcePolicy", arn("secretsmanager", `secret:${name}-AbCdEf`)),
    ...on("kms", "Decrypt GenerateDataKey", String(inputs.kmsKeyId)),
  ],
  "aws:secretsmanager/secretPolicy:SecretPolicy": (_, inputs) =>
    on("secretsmanager", "PutResourcePolicy ValidateResourcePolicy", String(inputs.secretArn)),
  // Who sets a rotation up must be allowed to call its function.
  "aws:secretsmanager/secretRotation:SecretRotation": (_, { secretId, rotationLambdaArn }) => [
    ...on("secretsmanager", "DescribeSecret RotateSecret", String(secretId)),
    ...(rotationLambdaArn === undefined ? [] : on("lambda", "InvokeFunction", String(rotationLambdaArn))),
  ],
  "aws:lambda/permission:Permission": (_, inputs) =>
    on("lambda", "AddPermission GetPolicy", arn("lambda", `function:${inputs.function}`)),
};
