import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn, derivedHex } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";

export const VAULT = "aws:backup/vault:Vault";
export const AIR_GAPPED_VAULT = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const KEY = "aws:kms/key:Key";

/** Between a lock's creation and the moment when it can no longer be undone, AWS leaves three days at least. */
const GRACE_DAYS_MIN = 3;
export const RETENTION_DAYS_MAX = 36_500;
/** Of a logically air-gapped vault. */
const AIR_GAPPED_RETENTION_DAYS_MIN = 7;

export const vaultArn = (name: string): string => arn("backup", `backup-vault:${name}`);

/** Either kind of vault, by name. */
export const vaultNamed = (cloud: Cloud, name: string) =>
  cloud.account.byId(VAULT, name) ?? cloud.account.byId(AIR_GAPPED_VAULT, name);

const nameFault = (name: string | undefined): string | undefined =>
  known(name) && !/^[a-zA-Z0-9_-]{2,50}$/.test(name)
    ? `InvalidParameterValueException: vault name "${name}" must have 2 to 50 letters, digits, - or _`
    : undefined;

/** Whole days in a range; undefined when it is one, or not known yet. */
const daysFault = (days: number | undefined, min: number): string | undefined =>
  known(days) && !(Number.isInteger(days) && days >= min && days <= RETENTION_DAYS_MAX)
    ? `InvalidParameterValueException: ${days} is not ${min} to ${RETENTION_DAYS_MAX} days`
    : undefined;

function keyFault(cloud: Cloud, keyArn: unknown): string | undefined {
  if (!known(keyArn) || cloud.account.ofType(KEY).some((key) => key.arn === keyArn)) return undefined;
  return `InvalidParameterValueException: The KMS key ${keyArn as string} does not exist or is not in ${REGION}.`;
}

const taken = (cloud: Cloud, name: string, self?: { readonly id: string }): string | undefined =>
  self === undefined && vaultNamed(cloud, name) !== undefined
    ? `AlreadyExistsException: Backup vault with the same name already exists: ${name}.`
    : undefined;

const absent = (cloud: Cloud, name: string): string | undefined =>
  cloud.account.byId(VAULT, name) === undefined
    ? `ResourceNotFoundException: Backup vault ${name} does not exist.`
    : undefined;

export const vault = recordedType({
  token: VAULT,
  id: ({ name }) => name as string,
  arn: (_, id) => vaultArn(id),
  replaceOnChanges: ["name", "kmsKeyArn"],
  autoName: "name",
  computed: { recoveryPoints: () => 0, kmsKeyArn: ({ kmsKeyArn }, id) => kmsKeyArn ?? ownedKey(id) },
  check: ({ name }) =>
    failures((refuse) => {
      const fault = nameFault(name);
      if (fault !== undefined) refuse("name", fault);
    }),
  conflict: ({ name, kmsKeyArn }, cloud, self) => taken(cloud, name, self) ?? keyFault(cloud, kmsKeyArn),
});

/** Which key of AWS's own a vault gets when the program names none. */
const ownedKey = (vaultName: string): string => `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/${derivedHex(32, vaultName)}`;

export const vaultLockConfiguration = recordedType({
  token: LOCK,
  id: ({ backupVaultName }) => backupVaultName as string,
  replaceOnChanges: ["backupVaultName", "changeableForDays"],
  uniqueBy: ["backupVaultName"],
  computed: { backupVaultArn: ({ backupVaultName }) => vaultArn(backupVaultName as string) },
  check: ({ changeableForDays, minRetentionDays, maxRetentionDays }) =>
    failures((refuse) => {
      const days: [string, number | undefined, number][] = [
        ["changeableForDays", changeableForDays, GRACE_DAYS_MIN],
        ["minRetentionDays", minRetentionDays, 1],
        ["maxRetentionDays", maxRetentionDays, 1],
      ];
      for (const [property, value, min] of days) {
        const fault = daysFault(value, min);
        if (fault !== undefined) refuse(property, fault);
      }
      if (minRetentionDays === undefined && maxRetentionDays === undefined)
        refuse("minRetentionDays", "InvalidParameterValueException: a lock has a minimum or a maximum retention");
      if (known(minRetentionDays) && known(maxRetentionDays) && minRetentionDays > maxRetentionDays)
        refuse("maxRetentionDays", "InvalidParameterValueException: the maximum retention is below the minimum");
    }),
  conflict: ({ backupVaultName }, cloud) => absent(cloud, backupVaultName),
});

export const vaultPolicy = recordedType({
  token: "aws:backup/vaultPolicy:VaultPolicy",
  id: ({ backupVaultName }) => backupVaultName as string,
  replaceOnChanges: ["backupVaultName"],
  uniqueBy: ["backupVaultName"],
  computed: { backupVaultArn: ({ backupVaultName }) => vaultArn(backupVaultName as string) },
  derivedInputs: policyAsText("policy"),
  check: ({ policy }) => policyFailures("policy", policy, { kind: "resource", service: "backup" }),
  conflict: ({ backupVaultName }, cloud) => absent(cloud, backupVaultName),
});

export const logicallyAirGappedVault = recordedType({
  token: AIR_GAPPED_VAULT,
  id: ({ name }) => name as string,
  arn: (_, id) => vaultArn(id),
  replaceOnChanges: ["name", "encryptionKeyArn", "minRetentionDays", "maxRetentionDays"],
  autoName: "name",
  check: ({ name, minRetentionDays, maxRetentionDays }: Properties) =>
    failures((refuse) => {
      const faults: [string, string | undefined][] = [
        ["name", nameFault(name)],
        ["minRetentionDays", daysFault(minRetentionDays, AIR_GAPPED_RETENTION_DAYS_MIN)],
        ["maxRetentionDays", daysFault(maxRetentionDays, AIR_GAPPED_RETENTION_DAYS_MIN)],
      ];
      for (const [property, fault] of faults) if (fault !== undefined) refuse(property, fault);
      if (known(minRetentionDays) && known(maxRetentionDays) && minRetentionDays > maxRetentionDays)
        refuse("maxRetentionDays", "InvalidParameterValueException: the maximum retention is below the minimum");
    }),
  conflict: ({ name, encryptionKeyArn }, cloud, self) => taken(cloud, name, self) ?? keyFault(cloud, encryptionKeyArn),
});
