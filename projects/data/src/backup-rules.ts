/** When backups are taken, how long they stay, and what a restore test does. Times are UTC, clear of RDS's own windows. */
import type * as aws from "@pulumi/aws";
import type { Sizing } from "@records/conventions";

type PlanRule = aws.types.input.backup.PlanRule;

/** No recovery point is older, here or behind the air gap. */
export const KEPT_DAYS_MAX = 400;
export const DAILY_KEPT_DAYS = 35;
/** Cold storage is for what supports it, which is the file system; the others stay warm. */
const COLD_AFTER_DAYS = 30;
const WINDOWS = { startWindow: 60, completionWindow: 360 };

export interface PlanTargets {
  readonly vaultName: string;
  /** Absent: nothing is copied. */
  readonly airGappedVaultArn?: string;
  readonly recoveryPointTags: Readonly<Record<string, string>>;
}

/**
 * The plan's rules. Copies are copy actions: a target behind the air gap would take the place of the vault (what AWS
 * Backup manages whole would be stored there alone), and there would be one backup where there should be two.
 */
export function planRules(
  { backup, database }: Pick<Sizing, "backup" | "database">,
  { vaultName, airGappedVaultArn, recoveryPointTags }: PlanTargets,
): PlanRule[] {
  const common = { targetVaultName: vaultName, recoveryPointTags: { ...recoveryPointTags }, ...WINDOWS };
  const copied = (deleteAfter: number) =>
    airGappedVaultArn === undefined
      ? {}
      : { copyActions: [{ destinationVaultArn: airGappedVaultArn, lifecycle: { deleteAfter } }] };
  const continuous: PlanRule = {
    ...common,
    ruleName: "continuous",
    schedule: "cron(0 5 * * ? *)",
    enableContinuousBackup: true,
    // AWS Backup writes this into the cluster: another number there would come back with every deployment.
    lifecycle: { deleteAfter: database.backupRetentionDays },
  };
  return [
    ...(backup.continuous ? [continuous] : []),
    {
      ...common,
      ruleName: "daily",
      schedule: "cron(0 3 * * ? *)",
      lifecycle: { deleteAfter: DAILY_KEPT_DAYS },
      ...copied(DAILY_KEPT_DAYS),
    },
    {
      ...common,
      ruleName: "monthly",
      schedule: "cron(0 1 1 * ? *)",
      lifecycle: { coldStorageAfter: COLD_AFTER_DAYS, deleteAfter: KEPT_DAYS_MAX },
      ...copied(KEPT_DAYS_MAX),
    },
  ];
}
