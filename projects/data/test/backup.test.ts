import fc from "fast-check";
import { sizingFor } from "@records/conventions";
import { fixtures, recordStack, statements, type Recording } from "@records/testing";
import { DAILY_KEPT_DAYS, KEPT_DAYS_MAX, planRules } from "../src/backup-rules.ts";

const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const VAULT = "aws:backup/vault:Vault";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault";
const TESTING_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";
const STACKS = ["local", "dev", "pr123", "staging", "prod"] as const;
let stacks: Record<(typeof STACKS)[number], Recording>;
beforeAll(async () => {
  const recordings = await Promise.all(STACKS.map((stack) => recordStack("projects/data", CONTRACTS, { stack })));
  stacks = Object.fromEntries(STACKS.map((stack, at) => [stack, recordings[at]])) as typeof stacks;
}, 120_000);

interface Rule {
  ruleName: string;
  targetVaultName: string;
  enableContinuousBackup?: boolean;
  lifecycle: { coldStorageAfter?: number; deleteAfter: number };
  copyActions?: { destinationVaultArn: string; lifecycle: { deleteAfter: number } }[];
  recoveryPointTags: Record<string, string>;
  targetLogicallyAirGappedBackupVaultArn?: string;
}
const rulesOf = (stack: Recording) => stack.get("aws:backup/plan:Plan", "records").inputs.rules as Rule[];

describe("the vault", () => {
  it.each(STACKS)("of %s is there, and its policy lets nobody delete, shorten or remove", (name) => {
    const stack = stacks[name];
    expect(stack.get(VAULT, "records").inputs.name).toBe(`srs-${name}-records`);
    const policy = statements(stack).filter(({ resource }) => resource.type === "aws:backup/vaultPolicy:VaultPolicy");
    expect(policy).toMatchObject([
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["backup:DeleteBackupVault", "backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
      },
    ]);
  });

  it("is locked in staging until an administrator takes the lock off, and in production for good after three days", () => {
    expect(stacks.staging.get(LOCK, "records").inputs).toMatchObject({ minRetentionDays: 7, maxRetentionDays: 400 });
    expect(stacks.staging.get(LOCK, "records").inputs).not.toHaveProperty("changeableForDays");
    expect(stacks.prod.get(LOCK, "records").inputs).toMatchObject({
      minRetentionDays: 35,
      maxRetentionDays: 400,
      changeableForDays: 3,
    });
    for (const name of ["local", "dev", "pr123"] as const) expect(stacks[name].ofType(LOCK)).toEqual([]);
  });

  it("has a second one behind an air gap in production, and nowhere else", () => {
    expect(stacks.prod.get(AIR_GAPPED, "records").inputs).toMatchObject({
      minRetentionDays: 35,
      maxRetentionDays: 400,
    });
    for (const name of ["local", "dev", "pr123", "staging"] as const)
      expect(stacks[name].ofType(AIR_GAPPED)).toEqual([]);
  });
});

describe("the plan", () => {
  it.each(STACKS)("of %s copies daily for 35 days and monthly for 400", (name) => {
    const kept = rulesOf(stacks[name]).map(({ ruleName, lifecycle }) => [ruleName, lifecycle.deleteAfter]);
    expect(kept).toEqual(
      expect.arrayContaining([
        ["daily", 35],
        ["monthly", 400],
      ]),
    );
  });

  it("keeps every moment in production, as long as the cluster does, because AWS Backup sets the cluster's number", () => {
    const continuous = (stack: Recording) =>
      rulesOf(stack).filter(({ enableContinuousBackup }) => enableContinuousBackup);
    const [rule, ...more] = continuous(stacks.prod);
    expect(more).toEqual([]);
    expect(rule?.lifecycle).toEqual({
      deleteAfter: stacks.prod.get("aws:rds/cluster:Cluster", "records").inputs.backupRetentionPeriod as number,
    });
    for (const name of ["local", "dev", "pr123", "staging"] as const) expect(continuous(stacks[name])).toEqual([]);
  });

  it("leaves a backup in the vault when it copies one behind the air gap", () => {
    const airGapped = "arn:aws:backup:us-east-1:000000000000:backup-vault:srs-prod-records-air-gapped";
    const copies = rulesOf(stacks.prod).map(({ ruleName, copyActions = [] }) => [
      ruleName,
      copyActions.map(({ destinationVaultArn }) => destinationVaultArn.replace(/:\d{12}:/, ":000000000000:")),
    ]);
    expect(copies).toEqual([
      ["continuous", []],
      ["daily", [airGapped]],
      ["monthly", [airGapped]],
    ]);
    for (const name of STACKS)
      for (const rule of rulesOf(stacks[name])) {
        expect(rule.targetVaultName).toBe(`srs-${name}-records`);
        expect(rule).not.toHaveProperty("targetLogicallyAirGappedBackupVaultArn");
      }
  });

  it("tags recovery points with the whole vocabulary, for nobody else does", () => {
    const [rule] = rulesOf(stacks.prod);
    expect(rule?.recoveryPointTags).toMatchObject({
      Environment: "prod",
      Layer: "data",
      DataClassification: "restricted",
      RetentionClass: "education-record",
      ManagedBy: "pulumi",
    });
    expect(Object.keys(rule?.recoveryPointTags ?? {})).toHaveLength(11);
  });

  it("asks of AWS Backup nothing that it or the vault's lock refuses, whatever the environment", () => {
    fc.assert(
      fc.property(fc.constantFrom(...STACKS), fc.boolean(), (name, copies) => {
        const { backup, database, vaultLock } = sizingFor(name);
        const airGappedVaultArn = copies ? "arn" : undefined;
        const rules = planRules({ backup, database }, { vaultName: "v", airGappedVaultArn, recoveryPointTags: {} });
        for (const {
          lifecycle,
          copyActions,
          enableContinuousBackup,
          startWindow,
          completionWindow,
        } of rules as never as (Rule & { startWindow: number; completionWindow: number })[]) {
          const all = [lifecycle, ...(copyActions ?? []).map((copy) => copy.lifecycle)];
          for (const { coldStorageAfter, deleteAfter } of all as Rule["lifecycle"][]) {
            expect(deleteAfter).toBeLessThanOrEqual(KEPT_DAYS_MAX);
            expect(deleteAfter).toBeGreaterThanOrEqual(vaultLock?.minDays ?? 1);
            if (coldStorageAfter !== undefined) expect(deleteAfter).toBeGreaterThanOrEqual(coldStorageAfter + 90);
          }
          if (enableContinuousBackup) expect(lifecycle.deleteAfter).toBeLessThanOrEqual(DAILY_KEPT_DAYS);
          expect(startWindow).toBeGreaterThanOrEqual(60);
          expect(completionWindow).toBeGreaterThanOrEqual(startWindow + 60);
        }
      }),
    );
  });
});

describe("the role of backups", () => {
  it("is taken by AWS Backup for this account alone, and has what four policies of AWS give it", () => {
    const role = stacks.prod.get("aws:iam/role:Role", "backup");
    const [trust] = (JSON.parse(role.inputs.assumeRolePolicy) as { Statement: unknown[] }).Statement;
    expect(trust).toMatchObject({
      Principal: { Service: "backup.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": expect.stringMatching(/^[0-9]{12}$/) } },
    });
    const attached = stacks.prod
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ inputs }) => inputs.role === "srs-prod-backup")
      .map(({ inputs }) => String(inputs.policyArn).replace("arn:aws:iam::aws:policy/", ""));
    expect(attached).toEqual([
      "service-role/AWSBackupServiceRolePolicyForBackup",
      "service-role/AWSBackupServiceRolePolicyForRestores",
      "AWSBackupServiceRolePolicyForS3Backup",
      "AWSBackupServiceRolePolicyForS3Restore",
    ]);
    expect(
      stacks.prod.ofType("aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs.role === "srs-prod-backup"),
    ).toEqual([]);
  });
});

describe("restore tests", () => {
  it.each(STACKS)("of %s run every week, from the vaults that it has", (name) => {
    const { inputs } = stacks[name].get("aws:backup/restoreTestingPlan:RestoreTestingPlan", "records");
    expect(inputs).toMatchObject({ name: `srs_${name}_records`, scheduleExpression: "cron(0 10 ? * SUN *)" });
    expect(inputs.recoveryPointSelection.includeVaults).toHaveLength(name === "prod" ? 2 : 1);
    expect(inputs.recoveryPointSelection.recoveryPointTypes).toEqual(
      name === "prod" ? ["CONTINUOUS", "SNAPSHOT"] : ["SNAPSHOT"],
    );
  });

  it("restore the database where nothing reaches it, and files under our own key, for four hours", () => {
    const { prod } = stacks;
    const tests = ["database", "files"].map((name) => prod.get(TESTING_SELECTION, name).inputs);
    expect(prod.ofType(TESTING_SELECTION)).toHaveLength(tests.length);
    expect(tests).toMatchObject([
      {
        name: "srs_prod_database",
        protectedResourceType: "Aurora",
        protectedResourceArns: [prod.contract.database.clusterArn],
        restoreMetadataOverrides: {
          dbSubnetGroupName: "srs-prod-records",
          vpcSecurityGroupIds: JSON.stringify([fixtures.network.securityGroupIds.database]),
        },
        validationWindowHours: 4,
      },
      {
        name: "srs_prod_files",
        protectedResourceType: "EFS",
        protectedResourceArns: [prod.contract.files.fileSystemArn],
        restoreMetadataOverrides: { kmsKeyId: fixtures.security.kmsKeyArns.files },
        validationWindowHours: 4,
      },
    ]);
  });

  it("wait for the role's permissions, or the first of them would fail", () => {
    for (const type of [TESTING_SELECTION, "aws:backup/selection:Selection"])
      for (const { options } of stacks.prod.ofType(type))
        expect(options.dependencies.filter((each) => each.includes("RolePolicyAttachment"))).toHaveLength(4);
  });
});
