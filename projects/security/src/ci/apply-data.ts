/** What the pipeline of the data layer makes and changes: where records are kept, and how they are kept safe. */
import type { Statement } from "@records/conventions";
import { ROLE_GRANTS, roleStatements } from "./roles.ts";
import { allow, arn, named, of, tagStatements, taggedOurs, taggingOurs, type CiScope } from "./scope.ts";
import {
  alarmStatements,
  bucketStatements,
  functionStatements,
  isPattern,
  keyUseStatements,
  logDeliveryStatements,
  logGroupStatements,
  queueStatements,
  ruleStatements,
} from "./shared.ts";

function database(scope: CiScope): Statement[] {
  const kinds = ["cluster", "cluster-pg", "cluster-snapshot", "db", "es", "pg", "subgrp"];
  return [
    allow(
      "Database",
      of(
        "rds",
        `AddSourceIdentifierToSubscription AddTagsToResource CreateDBCluster CreateDBClusterParameterGroup
         CreateDBClusterSnapshot CreateDBInstance CreateDBParameterGroup CreateDBSubnetGroup CreateEventSubscription
         DeleteDBCluster DeleteDBClusterParameterGroup DeleteDBInstance DeleteDBParameterGroup DeleteDBSubnetGroup
         DeleteEventSubscription DeregisterDBProxyTargets ModifyDBCluster ModifyDBClusterParameterGroup
         ModifyDBInstance ModifyDBParameterGroup ModifyDBSubnetGroup ModifyEventSubscription RebootDBInstance
         RegisterDBProxyTargets RemoveSourceIdentifierFromSubscription RemoveTagsFromResource
         ResetDBClusterParameterGroup ResetDBParameterGroup`,
      ),
      [
        ...named(scope, "rds", ...kinds.map((kind) => (name: string) => `${kind}:${name}`)),
        // An instance takes its engine's own groups where the program names none.
        arn(scope, "rds", "og:default*"),
        arn(scope, "rds", "pg:default*"),
      ],
    ),
    allow("MakeProxy", ["rds:CreateDBProxy"], "*", taggingOurs(scope)),
    // AWS names proxies, their endpoints and target groups by ids of its own, and tags no target group.
    allow(
      "Proxy",
      of(
        "rds",
        `AddTagsToResource CreateDBProxyEndpoint DeleteDBProxy DeleteDBProxyEndpoint DeregisterDBProxyTargets
         ModifyDBProxy ModifyDBProxyEndpoint ModifyDBProxyTargetGroup RegisterDBProxyTargets RemoveTagsFromResource`,
      ),
      ["db-proxy:*", "db-proxy-endpoint:*", "target-group:*"].map((kind) => arn(scope, "rds", kind)),
    ),
    {
      // No condition tells whether a final snapshot is taken, so where records are real nothing is deleted at all.
      Sid: "RecordsStay",
      Effect: "Deny",
      Action: "rds:DeleteDBCluster",
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/Environment": ["staging", "prod"] } },
    },
  ];
}

function cacheAndStreams(scope: CiScope): Statement[] {
  const kinds = ["cluster", "parametergroup", "replicationgroup", "snapshot", "subnetgroup", "user", "usergroup"];
  const streams = named(scope, "kinesis", (name) => `stream/${name}`);
  return [
    allow(
      "Cache",
      of(
        "elasticache",
        `AddTagsToResource CreateCacheParameterGroup CreateCacheSubnetGroup CreateReplicationGroup CreateSnapshot
         CreateUser CreateUserGroup DecreaseReplicaCount DeleteCacheParameterGroup DeleteCacheSubnetGroup
         DeleteReplicationGroup DeleteUser DeleteUserGroup IncreaseReplicaCount ModifyCacheParameterGroup
         ModifyCacheSubnetGroup ModifyReplicationGroup ModifyUser ModifyUserGroup RemoveTagsFromResource
         ResetCacheParameterGroup`,
      ),
      named(scope, "elasticache", ...kinds.map((kind) => (name: string) => `${kind}:${name}`)),
    ),
    allow(
      "Streams",
      of(
        "kinesis",
        `AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteResourcePolicy DeleteStream
         DeregisterStreamConsumer IncreaseStreamRetentionPeriod PutResourcePolicy RegisterStreamConsumer
         RemoveTagsFromStream StartStreamEncryption StopStreamEncryption TagResource UntagResource`,
      ),
      streams,
    ),
    // Asked of the key, too.
    allow("EncryptStreams", of("kinesis", "StartStreamEncryption StopStreamEncryption"), [arn(scope, "kms", "key/*")]),
    // AWS knows no resource for these.
    allow(
      "SizeStreams",
      of("kinesis", "DisableEnhancedMonitoring EnableEnhancedMonitoring UpdateShardCount UpdateStreamMode"),
      "*",
    ),
    ...queueStatements(scope),
  ];
}

function files(scope: CiScope): Statement[] {
  const ours = [arn(scope, "elasticfilesystem", "file-system/*"), arn(scope, "elasticfilesystem", "access-point/*")];
  return [
    allow("MakeFiles", ["elasticfilesystem:CreateFileSystem"], "*", taggingOurs(scope)),
    allow(
      "Files",
      of(
        "elasticfilesystem",
        `CreateAccessPoint CreateMountTarget DeleteAccessPoint DeleteFileSystem DeleteFileSystemPolicy
         DeleteMountTarget ModifyMountTargetSecurityGroups PutBackupPolicy PutFileSystemPolicy
         PutLifecycleConfiguration UpdateFileSystem UpdateFileSystemProtection`,
      ),
      ours,
      taggedOurs(scope),
    ),
    ...tagStatements(
      scope,
      "Files",
      { tag: ["elasticfilesystem:TagResource"], untag: ["elasticfilesystem:UntagResource"] },
      ours,
    ),
    // EFS makes the network interface of a mount target in the caller's name.
    allow(
      "MountTargets",
      of("ec2", "CreateNetworkInterface DeleteNetworkInterface ModifyNetworkInterfaceAttribute"),
      ["network-interface/*", "security-group/*", "subnet/*"].map((kind) => arn(scope, "ec2", kind)),
    ),
  ];
}

function secrets(scope: CiScope): Statement[] {
  return [
    allow(
      "Secrets",
      of(
        "secretsmanager",
        `CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret PutResourcePolicy RestoreSecret RotateSecret
         TagResource UntagResource UpdateSecret ValidateResourcePolicy`,
      ),
      scope.suffixes.map((suffix) => arn(scope, "secretsmanager", `secret:srs/${suffix}/*`)),
    ),
    // RDS keeps the master password in a secret that it makes in the caller's name.
    allow("MasterSecret", of("secretsmanager", "CreateSecret RotateSecret TagResource"), [
      arn(scope, "secretsmanager", "secret:rds!cluster-*"),
    ]),
  ];
}

/** Code that AWS Signer signed lies in a bucket of the release's; Lambda fetches it in the caller's name. */
function signedCode(scope: CiScope): Statement[] {
  const packages = scope.suffixes.map((suffix) => `arn:aws:s3:::srs-${suffix}-signed-code-*/*`);
  return [
    allow("SignedCode", of("s3", "GetObject GetObjectVersion"), packages),
    allow("CodeSigning", of("lambda", "DeleteFunctionCodeSigningConfig PutFunctionCodeSigningConfig"), [
      ...named(scope, "lambda", (name) => `function:${name}`),
      arn(scope, "lambda", "code-signing-config:*"),
    ]),
  ];
}

function backup(scope: CiScope): Statement[] {
  const plans = [arn(scope, "backup", "backup-plan:*")];
  // A vault of a pull request is emptied when it goes; elsewhere recovery points end by their lifecycle.
  const shortLived = named(
    { ...scope, suffixes: scope.suffixes.filter(isPattern) },
    "backup",
    (name) => `backup-vault:${name}`,
  );
  const testing = scope.suffixes.map((suffix) => arn(scope, "backup", `restore-testing-plan:srs_${suffix}_*`));
  return [
    allow(
      "Vaults",
      of(
        "backup",
        `CreateBackupVault CreateLogicallyAirGappedBackupVault DeleteBackupVault PutBackupVaultAccessPolicy
         PutBackupVaultLockConfiguration TagResource UntagResource`,
      ),
      named(scope, "backup", (name) => `backup-vault:${name}`),
    ),
    ...(shortLived.length === 0
      ? []
      : [
          allow(
            "EmptyShortLivedVaults",
            of("backup", "DeleteBackupVaultAccessPolicy DeleteRecoveryPoint ListRecoveryPointsByBackupVault"),
            [...shortLived],
          ),
        ]),
    allow("MountVaults", ["backup-storage:MountCapsule"], "*"),
    allow("MakePlans", ["backup:CreateBackupPlan"], plans, taggingOurs(scope)),
    allow(
      "Plans",
      of("backup", "CreateBackupSelection DeleteBackupPlan DeleteBackupSelection UpdateBackupPlan"),
      plans,
      taggedOurs(scope),
    ),
    ...tagStatements(scope, "Plans", { tag: ["backup:TagResource"], untag: ["backup:UntagResource"] }, plans),
    allow(
      "RestoreTesting",
      of(
        "backup",
        `CreateRestoreTestingPlan CreateRestoreTestingSelection DeleteRestoreTestingPlan DeleteRestoreTestingSelection
         TagResource UntagResource UpdateRestoreTestingPlan UpdateRestoreTestingSelection`,
      ),
      testing,
    ),
  ];
}

export const dataApply = (scope: CiScope): Record<string, Statement[]> => ({
  database: database(scope),
  stores: [...cacheAndStreams(scope), ...files(scope), ...secrets(scope)],
  backup: [...backup(scope), ...bucketStatements(scope), ...logDeliveryStatements()],
  functions: [
    ...functionStatements(scope, ["rotation"]),
    ...signedCode(scope),
    ...logGroupStatements(scope),
    ...alarmStatements(scope),
    ...ruleStatements(scope),
    ...keyUseStatements(scope, ["database", "cache", "events", "files", "secrets", "compute", "backup"]),
  ],
  roles: roleStatements(scope, ROLE_GRANTS.data),
});
