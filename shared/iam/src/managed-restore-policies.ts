/**
 * What AWS's managed policies let AWS Backup do to restore, as far as it concerns services that the platform's ceiling lets through:
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

export const MANAGED_RESTORE_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores": policy(
    statement(
      "EBSPermissions",
      ["ec2:CreateVolume", "ec2:DeleteVolume"],
      ["arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:volume/*"],
    ),
    statement(
      "EC2DescribePermissions",
      [
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeSnapshotTierStatus",
        "ec2:DescribeRouteTables",
      ],
      "*",
    ),
    statement("CreateTagsPermissions", "ec2:CreateTags", "arn:aws:ec2:*:*:route-table/*", {
      StringEquals: { "aws:ResourceTag/AmazonFSx": "ManagedByAmazonFSx" },
    }),
    statement(
      "RDSPermissions",
      [
        "rds:DescribeDBInstances",
        "rds:DescribeDBSnapshots",
        "rds:ListTagsForResource",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:DeleteDBInstance",
        "rds:AddTagsToResource",
        "rds:DescribeDBClusters",
        "rds:RestoreDBClusterFromSnapshot",
        "rds:DeleteDBCluster",
        "rds:RestoreDBInstanceToPointInTime",
        "rds:DescribeDBClusterSnapshots",
        "rds:RestoreDBClusterToPointInTime",
        "rds:CreateTenantDatabase",
        "rds:DeleteTenantDatabase",
      ],
      "*",
    ),
    statement(
      "EFSPermissions",
      [
        "elasticfilesystem:Restore",
        "elasticfilesystem:CreateFilesystem",
        "elasticfilesystem:DescribeFilesystems",
        "elasticfilesystem:DeleteFilesystem",
        "elasticfilesystem:TagResource",
      ],
      "arn:aws:elasticfilesystem:*:*:file-system/*",
    ),
    statement("KMSDescribePermissions", "kms:DescribeKey", "*"),
    statement(
      "KMSPermissions",
      [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptTo",
        "kms:ReEncryptFrom",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:DescribeKey",
      ],
      "*",
      {
        StringLike: {
          "kms:ViaService": [
            "dynamodb.*.amazonaws.com",
            "ec2.*.amazonaws.com",
            "elasticfilesystem.*.amazonaws.com",
            "rds.*.amazonaws.com",
            "redshift.*.amazonaws.com",
            "dsql.*.amazonaws.com",
            "redshift-serverless.*.amazonaws.com",
          ],
        },
      },
    ),
    statement("KMSCreateGrantPermissions", "kms:CreateGrant", "*", { Bool: { "kms:GrantIsForAWSResource": "true" } }),
    statement("RDSResourcePermissions", "rds:CreateDBInstance", "arn:aws:rds:*:*:db:*"),
    statement(
      "EC2DeleteAndRestorePermissions",
      ["ec2:DeleteSnapshot", "ec2:DeleteTags", "ec2:RestoreSnapshotTier"],
      "arn:aws:ec2:*::snapshot/*",
      { Null: { "aws:ResourceTag/aws:backup:source-resource": "false" } },
    ),
    statement(
      "EC2CreateTagsScopedPermissions",
      "ec2:CreateTags",
      ["arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:instance/*"],
      { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws:backup:source-resource"] } },
    ),
    statement("EC2RunInstancesPermissions", "ec2:RunInstances", "*"),
    statement("EC2TerminateInstancesPermissions", "ec2:TerminateInstances", "arn:aws:ec2:*:*:instance/*"),
    statement(
      "EC2CreateTagsPermissions",
      "ec2:CreateTags",
      ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*"],
      { StringLike: { "ec2:CreateAction": ["RunInstances", "CreateVolume"] } },
    ),
    statement("CreateClusterIAMPerms", "iam:PassRole", "arn:aws:iam::*:role/*", {
      StringEquals: {
        "iam:PassedToService": [
          "eks.amazonaws.com",
          "ec2.amazonaws.com",
          "pods.eks.amazonaws.com",
          "backup.amazonaws.com",
        ],
      },
    }),
    statement(
      "CreateEKSNodeGroupPermissions",
      [
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeSubnets",
        "ec2:RunInstances",
        "iam:GetRole",
        "iam:ListAttachedRolePolicies",
      ],
      "*",
    ),
    statement(
      "EKSNodeGroupTagOnCreate",
      "ec2:CreateTags",
      ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:network-interface/*"],
      { StringEquals: { "ec2:CreateAction": ["RunInstances"] } },
    ),
    statement(
      "BackupRestoreJobManagementPermissions",
      [
        "backup:StartRestoreJob",
        "backup:ListRestoreJobs",
        "backup:ListRecoveryPointsByBackupVault",
        "backup:DescribeRestoreJob",
      ],
      "*",
    ),
  ),
  "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore": policy(
    statement(
      "S3BucketPermissions",
      [
        "s3:CreateBucket",
        "s3:ListBucketVersions",
        "s3:ListBucket",
        "s3:GetBucketVersioning",
        "s3:GetBucketLocation",
        "s3:PutBucketVersioning",
        "s3:PutBucketOwnershipControls",
        "s3:GetBucketOwnershipControls",
      ],
      "arn:aws:s3:::*",
    ),
    statement(
      "S3ObjectPermissions",
      [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:DeleteObject",
        "s3:PutObjectVersionAcl",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectTagging",
        "s3:PutObjectTagging",
        "s3:GetObjectAcl",
        "s3:PutObjectAcl",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      "arn:aws:s3:::*/*",
    ),
    statement("S3KmsPermissions", ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"], "*", {
      StringLike: { "kms:ViaService": "s3.*.amazonaws.com" },
    }),
  ),
};
