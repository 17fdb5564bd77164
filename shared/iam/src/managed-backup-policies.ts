/**
 * What AWS's managed policies let AWS Backup do to copy, as far as it concerns services that the platform's ceiling lets through:
 * the policies speak of a dozen others, and below the ceiling those statements allow nothing.
 * From the AWS Managed Policy Reference Guide (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/), read in 2026.
 */
import type { PolicyDocument, Statement } from "./policy-document.ts";

const statement = (
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: Statement["Condition"],
): Statement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });
const policy = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });

export const MANAGED_BACKUP_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup": policy(
    statement(
      "DynamoDBBackupPermissions",
      [
        "rds:AddTagsToResource",
        "rds:ListTagsForResource",
        "rds:DescribeDBSnapshots",
        "rds:CreateDBSnapshot",
        "rds:CopyDBSnapshot",
        "rds:DescribeDBInstances",
        "rds:CreateDBClusterSnapshot",
        "rds:DescribeDBClusters",
        "rds:DescribeDBClusterSnapshots",
        "rds:CopyDBClusterSnapshot",
        "rds:DescribeDBClusterAutomatedBackups",
      ],
      "*",
    ),
    statement(
      "RDSInstanceAutomatedBackupPermissions",
      "rds:DeleteDBInstanceAutomatedBackup",
      "arn:aws:rds:*:*:auto-backup:*",
    ),
    statement("RDSClusterPermissions", "rds:ModifyDBCluster", "arn:aws:rds:*:*:cluster:*"),
    statement(
      "RDSClusterBackupPermissions",
      "rds:DeleteDBClusterAutomatedBackup",
      "arn:aws:rds:*:*:cluster-auto-backup:*",
    ),
    statement("RDSModifyPermissions", "rds:ModifyDBInstance", "arn:aws:rds:*:*:db:*"),
    statement(
      "RDSBackupPermissions",
      ["rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"],
      "arn:aws:rds:*:*:snapshot:awsbackup:*",
    ),
    statement(
      "RDSClusterModifyPermissions",
      ["rds:DeleteDBClusterSnapshot", "rds:ModifyDBClusterSnapshotAttribute"],
      "arn:aws:rds:*:*:cluster-snapshot:awsbackup:*",
    ),
    statement("EBSCopyPermissions", "ec2:CopySnapshot", "arn:aws:ec2:*::snapshot/*"),
    statement("EC2CopyPermissions", "ec2:CopyImage", "*"),
    statement("EBSTagAndDeletePermissions", ["ec2:CreateTags", "ec2:DeleteSnapshot"], "arn:aws:ec2:*::snapshot/*"),
    statement(
      "EC2Permissions",
      [
        "ec2:CreateImage",
        "ec2:DeregisterImage",
        "ec2:DescribeSnapshots",
        "ec2:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeInstanceCreditSpecifications",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeElasticGpus",
        "ec2:DescribeSpotInstanceRequests",
        "ec2:DescribeSnapshotTierStatus",
      ],
      "*",
    ),
    statement("EC2TagPermissions", "ec2:CreateTags", "arn:aws:ec2:*:*:image/*"),
    statement("EC2ModifyPermissions", ["ec2:ModifySnapshotAttribute", "ec2:ModifyImageAttribute"], "*", {
      Null: { "aws:ResourceTag/aws:backup:source-resource": "false" },
    }),
    statement("EBSSnapshotTierPermissions", "ec2:ModifySnapshotTier", "arn:aws:ec2:*::snapshot/*", {
      Null: { "aws:ResourceTag/aws:backup:source-resource": "false" },
    }),
    statement(
      "BackupVaultPermissions",
      ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"],
      "arn:aws:backup:*:*:backup-vault:*",
    ),
    statement("BackupVaultCopyPermissions", "backup:CopyFromBackupVault", "*"),
    statement(
      "EFSPermissions",
      ["elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"],
      "arn:aws:elasticfilesystem:*:*:file-system/*",
    ),
    statement(
      "EBSResourcePermissions",
      ["ec2:CreateSnapshot", "ec2:DeleteSnapshot", "ec2:DescribeVolumes", "ec2:DescribeSnapshots"],
      "*",
    ),
    statement("KMSDynamoDBPermissions", ["kms:Decrypt", "kms:GenerateDataKey"], "*", {
      StringLike: { "kms:ViaService": ["dynamodb.*.amazonaws.com"] },
    }),
    statement("KMSPermissions", "kms:DescribeKey", "*"),
    statement("KMSCreateGrantPermissions", "kms:CreateGrant", "*", { Bool: { "kms:GrantIsForAWSResource": "true" } }),
    statement(
      "KMSEC2Permissions",
      ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo", "kms:ReEncryptFrom"],
      "arn:aws:kms:*:*:key/*",
      {
        "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "aws:ebs:id" },
        StringLike: { "kms:ViaService": ["ec2.*.amazonaws.com"] },
      },
    ),
    statement("GetResourcesPermissions", "tag:GetResources", "*"),
    statement("RecoveryPointTaggingPermissions", "backup:TagResource", "arn:aws:backup:*:*:recovery-point:*", {
      StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" },
    }),
    statement("KMSDSQLPermissions", "kms:Decrypt", "*", {
      "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "aws:dsql:ClusterId" },
      StringLike: { "kms:ViaService": ["dsql.*.amazonaws.com"] },
    }),
    statement("EKSClusterConfigurationBackup", "ec2:DescribeLaunchTemplateVersions", "*"),
    statement("GuardDutyMalwareScanPermissions", ["guardduty:StartMalwareScan", "guardduty:GetMalwareScan"], "*"),
    statement("GuardDutyMalwareScanIAMPassPermissions", "iam:PassRole", "arn:aws:iam::*:role/*", {
      StringEquals: { "iam:PassedToService": "malware-protection.guardduty.amazonaws.com" },
    }),
  ),
  "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup": policy(
    statement("CloudWatchGetMetricDataPermissions", "cloudwatch:GetMetricData", "*"),
    statement(
      "EventBridgePermissionsForAwsBackupManagedRule",
      [
        "events:DeleteRule",
        "events:PutTargets",
        "events:DescribeRule",
        "events:EnableRule",
        "events:PutRule",
        "events:RemoveTargets",
        "events:ListTargetsByRule",
        "events:DisableRule",
      ],
      "arn:aws:events:*:*:rule/AwsBackupManagedRule*",
    ),
    statement("EventBridgeListRulesPermissions", "events:ListRules", "*"),
    statement("KmsPermissions", ["kms:Decrypt", "kms:DescribeKey"], "*", {
      StringLike: { "kms:ViaService": "s3.*.amazonaws.com" },
    }),
    statement(
      "S3BucketPermissions",
      [
        "s3:GetBucketTagging",
        "s3:GetInventoryConfiguration",
        "s3:ListBucketVersions",
        "s3:ListBucket",
        "s3:GetBucketVersioning",
        "s3:GetBucketLocation",
        "s3:GetBucketAcl",
        "s3:PutInventoryConfiguration",
        "s3:GetBucketNotification",
        "s3:PutBucketNotification",
      ],
      "arn:aws:s3:::*",
    ),
    statement(
      "S3ObjectPermissions",
      [
        "s3:GetObjectAcl",
        "s3:GetObject",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
      ],
      "arn:aws:s3:::*/*",
    ),
    statement("S3ListBucketPermissions", "s3:ListAllMyBuckets", "*"),
    statement("S3BucketTagReadPermissions", "s3:ListTagsForResource", "arn:aws:s3:::*", {
      StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" },
    }),
    statement("RecoveryPointTaggingPermissions", "backup:TagResource", "arn:aws:backup:*:*:recovery-point:*", {
      StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" },
    }),
  ),
};
