/** Keys over what students' records are made of, wherever a copy of them rests. */
import { ACCOUNT_ROLES, onboardingRole } from "@records/conventions";
import { CRYPTO } from "./key-policies.ts";
import type { KeyPlace, KeyPurpose, KeySpec } from "./key-uses.ts";

type DataKey = Extract<KeyPurpose, "database" | "studentFields" | "cache" | "events" | "files" | "secrets" | "backup">;

export function dataKeys(place: KeyPlace): Record<DataKey, KeySpec> {
  const { arn, roleName, suffix, sizing } = place;
  const dataApply = place.applyRole("data");
  const computeApply = place.applyRole("compute");
  const consumers = `srs-${suffix}-consumer-*`;
  const apiTask = roleName("api-task");
  const relayTask = roleName("relay-task");
  const rotation = roleName("rotation");
  const backup = roleName("backup");
  const ourSecrets = arn("secretsmanager", `secret:srs/${suffix}/*`);
  const clientSecrets = arn("secretsmanager", `secret:srs/${suffix}/clients/*`);
  const managedSecrets = arn("secretsmanager", "secret:rds!cluster-*");

  return {
    database: {
      description: "Aurora storage, snapshots and Performance Insights",
      classification: "pii",
      rotationDays: 365,
      use: {
        roles: [{ sid: "ThroughRds", roles: [dataApply, backup], actions: CRYPTO, via: ["rds"] }],
        // Not bound to an encryption context: storage names the cluster, instances and insights name the instance.
        grants: { roles: [dataApply, backup], via: ["rds"] },
      },
    },
    studentFields: {
      description: "The two wrapped data keys of each student",
      classification: "restricted",
      rotationDays: 180,
      // A field that the application encrypted opens in another Region only with the same key material.
      multiRegion: sizing.studentFieldsKeyMultiRegion,
      use: {
        roles: [
          {
            sid: "WrapAndUnwrapDataKeys",
            roles: [apiTask, relayTask, consumers],
            actions: ["kms:GenerateDataKey", "kms:Decrypt"],
            contextKeys: ["studentId", "purpose"],
          },
        ],
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
      description: "Student events: stream, dead-letter queues and archive",
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
          {
            sid: "ArchiverWrites",
            roles: [roleName("consumer-archiver")],
            actions: ["kms:GenerateDataKey"],
            via: ["s3"],
          },
          { sid: "ReplayReads", roles: [ACCOUNT_ROLES.replay], actions: ["kms:Decrypt"], via: ["s3"] },
          // The archive is backed up and restored under its own key.
          { sid: "BackupOfArchive", roles: [backup], actions: ["kms:Decrypt", "kms:GenerateDataKey"], via: ["s3"] },
          { sid: "DeploymentLooks", roles: [dataApply, computeApply], actions: ["kms:DescribeKey"] },
        ],
        services: [
          {
            // Bound to our queues: EventBridge names its rule to the queue's policy, and is not documented to name it to a key.
            sid: "RulesSetAside",
            service: "events.amazonaws.com",
            actions: ["kms:GenerateDataKey", "kms:Decrypt"],
            condition: { StringLike: { "kms:EncryptionContext:aws:sqs:arn": arn("sqs", `srs-${suffix}-*`) } },
          },
        ],
      },
    },
    files: {
      description: "Shared file system",
      classification: "internal",
      rotationDays: 365,
      use: {
        roles: [
          { sid: "ThroughEfs", roles: [dataApply, apiTask, backup], actions: CRYPTO, via: ["elasticfilesystem"] },
        ],
        grants: { roles: [dataApply, backup], via: ["elasticfilesystem"] },
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
            roles: [
              apiTask,
              relayTask,
              consumers,
              roleName("audit-exporter"),
              roleName("canary"),
              roleName("db-proxy"),
            ],
            actions: ["kms:Decrypt"],
            via: ["secretsmanager"],
            context: { SecretARN: [ourSecrets] },
          },
          {
            sid: "WritersEncrypt",
            roles: [rotation, dataApply],
            actions: ["kms:Decrypt", "kms:GenerateDataKey"],
            via: ["secretsmanager"],
            context: { SecretARN: [ourSecrets, managedSecrets] },
          },
          {
            sid: "BreakGlassReadsMaster",
            roles: [ACCOUNT_ROLES.breakGlass],
            actions: ["kms:Decrypt"],
            via: ["secretsmanager"],
            context: { SecretARN: [managedSecrets] },
          },
          {
            sid: "OnboardingReadsClients",
            roles: [onboardingRole("*")],
            actions: ["kms:Decrypt"],
            via: ["secretsmanager"],
            context: { SecretARN: [clientSecrets] },
          },
          { sid: "DeploymentLooks", roles: [dataApply], actions: ["kms:DescribeKey"], via: ["secretsmanager", "rds"] },
        ],
        // RDS keeps the master secret under this key in our name.
        grants: { roles: [dataApply], via: ["rds", "secretsmanager"] },
      },
    },
    backup: {
      description: "Backup vault",
      classification: "restricted",
      rotationDays: 180,
      use: {
        roles: [
          { sid: "ThroughBackup", roles: [backup], actions: CRYPTO, via: ["backup"] },
          {
            sid: "VaultIsMade",
            roles: [dataApply],
            actions: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
            via: ["backup"],
          },
        ],
        grants: { roles: [dataApply, backup], via: ["backup"] },
      },
    },
  };
}
