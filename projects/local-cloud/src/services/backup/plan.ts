import { randomUUID } from "node:crypto";
import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known, knownItems } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { scheduleFault } from "../events/schedule.ts";
import { AIR_GAPPED_VAULT, RETENTION_DAYS_MAX, VAULT } from "./vaults.ts";

export const PLAN = "aws:backup/plan:Plan";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
/** What has been moved to cold storage stays there for so long. */
const COLD_DAYS_MIN = 90;
/** Changes of a continuous backup are kept for so long at most. */
const CONTINUOUS_DAYS_MAX = 35;
const START_WINDOW_MINUTES_MIN = 60;

interface Rule {
  readonly ruleName?: string;
  readonly targetVaultName?: string;
  readonly targetLogicallyAirGappedBackupVaultArn?: string;
  readonly schedule?: string;
  readonly startWindow?: number;
  readonly completionWindow?: number;
  readonly enableContinuousBackup?: boolean;
  readonly lifecycle?: Lifecycle;
  readonly copyActions?: readonly { readonly destinationVaultArn?: string; readonly lifecycle?: Lifecycle }[];
}
interface Lifecycle {
  readonly coldStorageAfter?: number;
  readonly deleteAfter?: number;
}

export const plan = recordedType({
  token: PLAN,
  id: () => randomUUID(),
  arn: (_, id) => arn("backup", `backup-plan:${id}`),
  replaceOnChanges: [],
  autoName: "name",
  computed: { version: (inputs, id) => derivedHex(48, id, JSON.stringify(inputs)) },
  check: ({ name, rules }) =>
    failures((refuse) => {
      if (known(name) && !/^[a-zA-Z0-9_.-]{1,50}$/.test(name))
        refuse(
          "name",
          `InvalidParameterValueException: plan name "${name}" must have 1 to 50 letters, digits, - _ or .`,
        );
      const list = (knownItems(rules as readonly Rule[] | undefined) ?? []).flatMap(ruleFaults);
      for (const fault of list) refuse("rules", `InvalidParameterValueException: ${fault}`);
      const names = (knownItems(rules as readonly Rule[] | undefined) ?? []).map(({ ruleName }) => ruleName);
      if (new Set(names).size < names.length)
        refuse("rules", "InvalidParameterValueException: two rules of a plan have one name");
    }),
  conflict: ({ rules }, cloud) => {
    for (const rule of (rules ?? []) as readonly Rule[]) {
      const { targetVaultName = "", lifecycle, copyActions = [] } = rule;
      if (cloud.account.byId(VAULT, targetVaultName) === undefined)
        return `InvalidParameterValueException: Backup vault ${targetVaultName} does not exist.`;
      const lock = cloud.account.byId(LOCK, targetVaultName)?.inputs;
      const locked = lock && retentionFault(lifecycle, lock);
      // AWS takes the plan and fails each of its jobs; whoever deploys shall hear of it.
      if (locked) return `the lock of ${targetVaultName} would fail every job of rule ${rule.ruleName}: ${locked}`;
      const copies = copyActions.map(
        ({ destinationVaultArn, lifecycle: kept }) => [destinationVaultArn, kept] as const,
      );
      for (const [destination, kept] of [
        ...copies,
        [rule.targetLogicallyAirGappedBackupVaultArn, lifecycle] as const,
      ]) {
        if (destination === undefined) continue;
        const found = cloud.account.byArn(destination);
        if (found === undefined) return `InvalidParameterValueException: Backup vault ${destination} does not exist.`;
        const wrong = found.type === AIR_GAPPED_VAULT && retentionFault(kept, found.inputs);
        if (wrong) return `${found.id} would fail every copy of rule ${rule.ruleName}: ${wrong}`;
      }
    }
    return undefined;
  },
});

function ruleFaults(rule: Rule): readonly string[] {
  const { ruleName, schedule, startWindow, completionWindow, enableContinuousBackup, lifecycle } = rule;
  const label = known(ruleName) ? `rule ${ruleName}` : "a rule";
  const faults: string[] = [];
  if (known(ruleName) && !/^[a-zA-Z0-9_.-]{1,50}$/.test(ruleName))
    faults.push(`rule name "${ruleName}" must have 1 to 50 letters, digits, - _ or .`);
  const wrong = known(schedule) ? scheduleFault(schedule) : undefined;
  if (wrong !== undefined) faults.push(`${label}: schedule "${schedule}" is not valid: ${wrong}`);
  const start = startWindow ?? 480;
  if (known(start) && start < START_WINDOW_MINUTES_MIN)
    faults.push(`${label}: a start window has ${START_WINDOW_MINUTES_MIN} minutes or more, not ${start}`);
  if (known(start) && known(completionWindow) && completionWindow < start + 60)
    faults.push(`${label}: a completion window is an hour longer than the start window of ${start} minutes`);
  faults.push(...lifecycleFaults(lifecycle).map((fault) => `${label}: ${fault}`));
  for (const { lifecycle: kept } of knownItems(rule.copyActions) ?? [])
    faults.push(...lifecycleFaults(kept).map((fault) => `${label}, copy: ${fault}`));
  if (enableContinuousBackup !== true) return faults;
  if (lifecycle === undefined)
    faults.push(`${label}: Lifecycle must be specified for backup rule enabled continuous backup`);
  if (!known(lifecycle)) return faults;
  if (known(lifecycle.coldStorageAfter))
    faults.push(`${label}: Invalid lifecycle. MoveToColdStorageAfterDays is unavailable`);
  const { deleteAfter } = lifecycle;
  if (deleteAfter === undefined || (known(deleteAfter) && deleteAfter > CONTINUOUS_DAYS_MAX))
    faults.push(`${label}: a continuous backup is kept for 1 to ${CONTINUOUS_DAYS_MAX} days`);
  return faults;
}

function lifecycleFaults(lifecycle: Lifecycle | undefined): readonly string[] {
  if (!known(lifecycle)) return [];
  const { coldStorageAfter, deleteAfter } = lifecycle;
  const faults: string[] = [];
  for (const days of [coldStorageAfter, deleteAfter])
    if (known(days) && !(Number.isInteger(days) && days >= 1 && days <= RETENTION_DAYS_MAX))
      faults.push(`Invalid lifecycle. ${days} is not 1 to ${RETENTION_DAYS_MAX} days`);
  if (known(coldStorageAfter) && known(deleteAfter) && deleteAfter < coldStorageAfter + COLD_DAYS_MIN)
    faults.push(
      `Invalid lifecycle. DeleteAfterDays must be greater than MoveToColdStorageAfterDays by at least ${COLD_DAYS_MIN} days`,
    );
  return faults;
}

/** Why a vault with this shortest and longest retention would not take what is kept so long. */
function retentionFault(lifecycle: Lifecycle | undefined, { minRetentionDays, maxRetentionDays }: Properties) {
  const { deleteAfter = Infinity } = lifecycle ?? {};
  if (minRetentionDays !== undefined && deleteAfter < Number(minRetentionDays))
    return `${deleteAfter} days are below its minimum of ${minRetentionDays as number}.`;
  if (maxRetentionDays !== undefined && deleteAfter > Number(maxRetentionDays))
    return `${deleteAfter} days are above its maximum of ${maxRetentionDays as number}.`;
  return undefined;
}
