/** One row per key: what it protects and who may use it, through what. */
import {
  ACCOUNT_ROLES,
  applyRoleName,
  physicalName,
  roleName,
  type Classification,
  type StackSettings,
} from "@records/conventions";
import type { KeyUse } from "./key-policies.ts";

export const KEY_PURPOSES = ["database", "cache", "events", "files", "secrets", "audit", "logs", "compute"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

interface KeySpec {
  readonly description: string;
  readonly classification: Classification;
  readonly rotationDays: 180 | 365;
  readonly use: KeyUse;
}

const CRYPTO = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** Name of the trail: its ARN is part of the audit key's policy before the trail exists. */
export const trailName = (suffix: string): string => physicalName(suffix, "trail", "trail");

export function keySpecs(
  settings: Pick<StackSettings, "accountId" | "region" | "suffix" | "arn">,
): Record<KeyPurpose, KeySpec> {
  const { accountId, region, suffix } = settings;
  const dataApply = applyRoleName(suffix, "data");
  const computeApply = applyRoleName(suffix, "compute");
  const consumers = `srs-${suffix}-consumer-*`;
  const apiTask = roleName(suffix, "api-task");
  const relayTask = roleName(suffix, "relay-task");
  const rotation = roleName(suffix, "rotation");
  const migration = roleName(suffix, "migration");
  const ofThisAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const trailArn = settings.arn("cloudtrail", `trail/${trailName(suffix)}`);

  return {
    database: {
      description: "Aurora storage, snapshots and Performance Insights",
      classification: "pii",
      rotationDays: 365,
      use: {
        roles: [{ sid: "ThroughRds", roles: [dataApply], actions: CRYPTO, via: ["rds"] }],
        grants: { roles: [dataApply], via: ["rds"] },
      },
    },
    cache: {
      description: "ElastiCache data and snapshots",
      classification: "pii",
      rotationDays: 365,
      use: {
        roles: [{ sid: "ThroughElastiCache", roles: [dataApply], actions: CRYPTO, via: ["elasticache"] }],
        grants: { roles: [dataApply], via: ["elasticache"] },
      },
    },
    events: {
      description: "Student events: stream and dead-letter queues",
      classification: "pii",
      rotationDays: 365,
      use: {
        roles: [
          { sid: "RelayWrites", roles: [relayTask], actions: ["kms:GenerateDataKey"], via: ["kinesis"] },
          { sid: "ConsumersRead", roles: [consumers], actions: ["kms:Decrypt"], via: ["kinesis"] },
          {
            sid: "ConsumersSetAside",
            roles: [consumers],
            actions: ["kms:GenerateDataKey", "kms:Decrypt"],
            via: ["sqs"],
          },
          { sid: "DeploymentLooks", roles: [dataApply, computeApply], actions: ["kms:DescribeKey"] },
        ],
      },
    },
    files: {
      description: "Shared file system",
      classification: "internal",
      rotationDays: 365,
      use: {
        roles: [{ sid: "ThroughEfs", roles: [dataApply, apiTask], actions: CRYPTO, via: ["elasticfilesystem"] }],
        grants: { roles: [dataApply], via: ["elasticfilesystem"] },
      },
    },
    secrets: {
      description: "Secrets, the managed master password among them",
      classification: "credential",
      rotationDays: 180,
      use: {
        roles: [
          {
            sid: "ReadersDecrypt",
            roles: [apiTask, relayTask, consumers, roleName(suffix, "db-proxy")],
            actions: ["kms:Decrypt"],
            via: ["secretsmanager"],
            context: { SecretARN: [settings.arn("secretsmanager", `secret:srs/${suffix}/*`)] },
          },
          {
            sid: "WritersEncrypt",
            roles: [rotation, dataApply],
            actions: ["kms:Decrypt", "kms:GenerateDataKey"],
            via: ["secretsmanager"],
            context: {
              SecretARN: [
                settings.arn("secretsmanager", `secret:srs/${suffix}/*`),
                settings.arn("secretsmanager", "secret:rds!cluster-*"),
              ],
            },
          },
          { sid: "DeploymentLooks", roles: [dataApply], actions: ["kms:DescribeKey"], via: ["secretsmanager", "rds"] },
        ],
        // RDS keeps the master secret under this key in our name.
        grants: { roles: [dataApply], via: ["rds", "secretsmanager"] },
      },
    },
    audit: {
      description: "Audit store: trail, flow logs, audit export",
      classification: "audit",
      rotationDays: 365,
      use: {
        roles: [{ sid: "AuditorReads", roles: [ACCOUNT_ROLES.auditor], actions: ["kms:Decrypt"], via: ["s3"] }],
        services: [
          {
            sid: "TrailWrites",
            service: "cloudtrail.amazonaws.com",
            actions: ["kms:GenerateDataKey*"],
            condition: {
              StringEquals: { "aws:SourceArn": trailArn },
              StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${accountId}:trail/*` },
            },
          },
          {
            sid: "TrailLooks",
            service: "cloudtrail.amazonaws.com",
            actions: ["kms:DescribeKey"],
            condition: { StringEquals: { "aws:SourceArn": trailArn } },
          },
          {
            sid: "LogDeliveryWrites",
            service: "delivery.logs.amazonaws.com",
            actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
            condition: ofThisAccount,
          },
        ],
      },
    },
    logs: {
      description: "CloudWatch log groups",
      classification: "internal",
      rotationDays: 365,
      use: {
        services: [
          {
            sid: "LogsEncrypt",
            service: `logs.${region}.amazonaws.com`,
            actions: CRYPTO,
            condition: {
              ArnLike: {
                "kms:EncryptionContext:aws:logs:arn": [
                  settings.arn("logs", `log-group:*srs*${suffix}*`),
                  // API Gateway names its execution logs itself.
                  settings.arn("logs", "log-group:API-Gateway-Execution-Logs_*"),
                ],
              },
            },
          },
        ],
      },
    },
    compute: {
      description: "Images, function environments, task storage",
      classification: "internal",
      rotationDays: 365,
      use: {
        roles: [
          {
            sid: "ThroughEcr",
            roles: [computeApply, roleName(suffix, "api-execution")],
            actions: CRYPTO,
            via: ["ecr"],
          },
          {
            sid: "ThroughLambda",
            roles: [computeApply, dataApply, rotation, migration, consumers],
            actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"],
            via: ["lambda"],
          },
        ],
        grants: { roles: [computeApply, dataApply], via: ["ecr", "lambda"] },
        services: [
          {
            sid: "FargateStorage",
            service: "fargate.amazonaws.com",
            actions: ["kms:GenerateDataKeyWithoutPlaintext"],
            condition: { StringEquals: { "kms:EncryptionContext:aws:ecs:clusterAccount": accountId } },
          },
          {
            // Fargate calls in its own name, so the grant is bounded by what it may do instead of by for whom.
            sid: "FargateGrants",
            service: "fargate.amazonaws.com",
            actions: ["kms:CreateGrant"],
            condition: {
              StringEquals: { "kms:EncryptionContext:aws:ecs:clusterAccount": accountId },
              "ForAllValues:StringEquals": { "kms:GrantOperations": "Decrypt" },
            },
          },
          {
            sid: "FargateLooks",
            service: "fargate.amazonaws.com",
            actions: ["kms:DescribeKey"],
            condition: ofThisAccount,
          },
        ],
      },
    },
  };
}
