import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Archive } from "./archive.ts";
import { KEPT_DAYS_MAX, planRules } from "./backup-rules.ts";
import type { Database } from "./database.ts";
import type { Files } from "./files.ts";
import { keptForGood } from "./protection.ts";
import { testRestores } from "./restore-testing.ts";

const RESTRICTED = tagsFor({ classification: "restricted", retention: "education-record" });
const INTERNAL = tagsFor({ classification: "internal", retention: "none" });
const MANAGED_POLICIES = {
  backups: "service-role/AWSBackupServiceRolePolicyForBackup",
  restores: "service-role/AWSBackupServiceRolePolicyForRestores",
  "bucket-backups": "AWSBackupServiceRolePolicyForS3Backup",
  "bucket-restores": "AWSBackupServiceRolePolicyForS3Restore",
} as const;

export interface BackupArgs {
  config: Config;
  database: Database;
  files: Files;
  archive: Archive;
}

/** Copies of records, files and events that a mistake or an intruder does not reach, and a test each week that they are good. */
export class Backup extends pulumi.ComponentResource {
  readonly vaultArn: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Backup", name, {}, opts);
    const { config, database, files, archive } = args;
    const vault = this.createVault(config);
    const airGapped = config.sizing.backup.airGapped ? this.createAirGappedVault(config) : undefined;
    const role = this.createRole(config);
    const plan = this.createPlan(config, vault, airGapped);
    new aws.backup.Selection(
      "records",
      {
        name: config.name("records", "backupVault"),
        planId: plan.id,
        iamRoleArn: role.arn,
        resources: [database.cluster.arn, files.published.fileSystemArn, archive.bucket.arn],
      },
      { parent: this, dependsOn: role.policies },
    );
    testRestores(this, { config, database, files, vaults: airGapped ? [vault, airGapped] : [vault], role });
    this.vaultArn = vault.arn;
    this.registerOutputs({ vaultArn: this.vaultArn });
  }

  private createVault(config: Config): { arn: pulumi.Output<string>; name: pulumi.Output<string> } {
    const { sizing } = config;
    const { vaultLock } = sizing;
    const vault = new aws.backup.Vault(
      "records",
      {
        name: config.name("records", "backupVault"),
        kmsKeyArn: config.security.kmsKeyArns.backup,
        forceDestroy: sizing.disposable,
        tags: RESTRICTED,
      },
      { parent: this, ...keptForGood(sizing) },
    );
    new aws.backup.VaultPolicy(
      "records",
      {
        backupVaultName: vault.name,
        policy: policyDocument([
          {
            Sid: "RecoveryPointsStay",
            Effect: "Deny",
            Principal: "*",
            Action: ["backup:DeleteBackupVault", "backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
            Resource: "*",
          },
        ]),
      },
      { parent: this },
    );
    if (vaultLock) {
      new aws.backup.VaultLockConfiguration(
        "records",
        {
          backupVaultName: vault.name,
          minRetentionDays: vaultLock.minDays,
          maxRetentionDays: KEPT_DAYS_MAX,
          // With a number of days the lock is for good once they are over; without, an administrator can take it off.
          changeableForDays: vaultLock.changeableForDays ?? undefined,
        },
        { parent: this, ...keptForGood(sizing) },
      );
    }
    return vault;
  }

  /** Locked from its first day, and shared with a clean account when this one is lost. */
  private createAirGappedVault(config: Config): aws.backup.LogicallyAirGappedVault {
    return new aws.backup.LogicallyAirGappedVault(
      "records",
      {
        name: config.name("records-air-gapped", "backupVault"),
        encryptionKeyArn: config.security.kmsKeyArns.backup,
        minRetentionDays: 35,
        maxRetentionDays: KEPT_DAYS_MAX,
        tags: RESTRICTED,
      },
      { parent: this, ...keptForGood(config.sizing) },
    );
  }

  private createPlan(
    config: Config,
    vault: { name: pulumi.Output<string> },
    airGapped: aws.backup.LogicallyAirGappedVault | undefined,
  ): aws.backup.Plan {
    const recoveryPointTags = { ...config.tags, ...RESTRICTED };
    return new aws.backup.Plan(
      "records",
      {
        name: config.name("records", "backupVault"),
        rules: pulumi
          .all([vault.name, airGapped?.arn])
          .apply(([vaultName, airGappedVaultArn]) =>
            planRules(config.sizing, { vaultName, airGappedVaultArn, recoveryPointTags }),
          ),
        tags: INTERNAL,
      },
      { parent: this },
    );
  }

  private createRole(config: Config): { arn: pulumi.Output<string>; policies: pulumi.Resource[] } {
    const role = new aws.iam.Role(
      "backup",
      {
        name: config.roleName("backup"),
        description: "Lets AWS Backup copy and restore what its plan names",
        assumeRolePolicy: trustPolicy("backup.amazonaws.com", { accountId: config.accountId }),
        permissionsBoundary: config.security.permissionBoundaryArn,
        tags: INTERNAL,
      },
      { parent: this },
    );
    const policies = Object.entries(MANAGED_POLICIES).map(
      ([purpose, policy]) =>
        new aws.iam.RolePolicyAttachment(
          `backup-${purpose}`,
          { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    return { arn: role.arn, policies };
  }
}
