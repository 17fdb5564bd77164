import { backupService } from "../../src/services/backup/index.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { allow, KEY_ARN, putKey, putRole } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const VAULT = "aws:backup/vault:Vault";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault";
const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const TESTING_PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan";
const TESTING_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";

const vault = { name: "kept", kmsKeyArn: KEY_ARN };
const daily = {
  ruleName: "daily",
  targetVaultName: "kept",
  schedule: "cron(0 3 * * ? *)",
  startWindow: 60,
  completionWindow: 360,
  lifecycle: { deleteAfter: 35 },
};
const plan = { name: "records", rules: [daily] };
const testing = {
  name: "weekly",
  scheduleExpression: "cron(0 4 ? * SUN *)",
  recoveryPointSelection: {
    algorithm: "LATEST_WITHIN_WINDOW",
    includeVaults: ["arn:aws:backup:us-east-1:000000000000:backup-vault:kept"],
    recoveryPointTypes: ["SNAPSHOT"],
    selectionWindowDays: 7,
  },
};
const tested = { name: "cluster", protectedResourceType: "Aurora", restoreTestingPlanName: "weekly" };

describe("AWS Backup", () => {
  const world = useRecordedAccount([backupService]);
  const made = (token: string, inputs: object, name = "made") => world.resources.create(token, name, inputs);
  const role = (service = "backup.amazonaws.com") =>
    putRole(world.cloud, "backup", {
      ...allow(service, "sts:AssumeRole", "*", { StringEquals: { "aws:SourceAccount": "000000000000" } }),
      Resource: undefined,
    });
  beforeEach(async () => {
    await putKey(world.cloud);
  });

  it("names vaults, plans and tests as AWS does", async () => {
    const kept = await made(VAULT, vault);
    expect(kept).toMatchObject({
      id: "kept",
      outputs: { arn: "arn:aws:backup:us-east-1:000000000000:backup-vault:kept", recoveryPoints: 0 },
    });
    const planned = await made(PLAN, plan);
    expect(planned.outputs.arn).toBe(`arn:aws:backup:us-east-1:000000000000:backup-plan:${planned.id}`);
    const tests = await made(TESTING_PLAN, testing);
    expect(tests.outputs.arn).toMatch(/:restore-testing-plan:weekly-[0-9a-f-]{36}$/);
  });

  it("gives a plan another version with every change, under the same id", async () => {
    await made(VAULT, vault);
    const planned = await made(PLAN, plan);
    const changed = await world.resources.update(planned, { ...plan, rules: [{ ...daily, startWindow: 120 }] });
    expect(changed.id).toBe(planned.id);
    expect(changed.outputs.version).not.toBe(planned.outputs.version);
  });

  it("knows one vault by a name, of either kind, and the key that it is given", async () => {
    await expect(made(VAULT, { ...vault, kmsKeyArn: `${KEY_ARN}0` })).rejects.toThrow("does not exist");
    await made(VAULT, vault);
    const twin = { name: "kept", minRetentionDays: 7, maxRetentionDays: 7 };
    await expect(made(AIR_GAPPED, twin)).rejects.toThrow("AlreadyExistsException");
    await expect(made(LOCK, { backupVaultName: "other", minRetentionDays: 7 })).rejects.toThrow("does not exist");
    await expect(made(POLICY, { backupVaultName: "other", policy: "{}" })).rejects.toThrow();
  });

  it("takes a plan only with vaults that are there and that would keep what the plan brings", async () => {
    await expect(made(PLAN, plan)).rejects.toThrow("Backup vault kept does not exist");
    await made(VAULT, vault);
    const { outputs } = await made(AIR_GAPPED, { name: "apart", minRetentionDays: 35, maxRetentionDays: 400 });
    const copied = (deleteAfter: number) => ({
      ...plan,
      rules: [{ ...daily, copyActions: [{ destinationVaultArn: outputs.arn as string, lifecycle: { deleteAfter } }] }],
    });
    await expect(made(PLAN, copied(30))).rejects.toThrow("below its minimum of 35");
    await expect(made(PLAN, copied(401))).rejects.toThrow("above its maximum of 400");
    await made(PLAN, copied(35));
    await made(LOCK, { backupVaultName: "kept", minRetentionDays: 36 });
    await expect(made(PLAN, copied(35), "late")).rejects.toThrow("the lock of kept would fail every job of rule daily");
  });

  it("takes a role only when AWS Backup may", async () => {
    await made(VAULT, vault);
    const { id: planId } = await made(PLAN, plan);
    const selection = { name: "records", planId, resources: ["arn:aws:rds:us-east-1:000000000000:cluster:records"] };
    const other = await role("ec2.amazonaws.com");
    await expect(made(SELECTION, { ...selection, iamRoleArn: other })).rejects.toThrow("cannot assume");
    const ours = await role();
    await made(SELECTION, { ...selection, iamRoleArn: ours });
    await expect(made(SELECTION, { ...selection, planId: "none", iamRoleArn: ours }, "lost")).rejects.toThrow(
      "Backup plan none does not exist",
    );
    await expect(made(TESTING_SELECTION, { ...tested, iamRoleArn: ours })).rejects.toThrow("does not exist");
    const tests = await made(TESTING_PLAN, testing);
    await made(TESTING_SELECTION, { ...tested, iamRoleArn: ours, protectedResourceArns: ["*"] });
    await expect(world.resources.remove(tests)).rejects.toThrow("has selections: cluster:weekly");
  });

  it.each([
    ["a vault with a dot in its name", VAULT, { ...vault, name: "a.b" }, "name"],
    ["a lock without a retention", LOCK, { backupVaultName: "kept" }, "minRetentionDays"],
    ["a lock that is final after two days", LOCK, { minRetentionDays: 7, changeableForDays: 2 }, "changeableForDays"],
    ["a maximum below the minimum", LOCK, { minRetentionDays: 8, maxRetentionDays: 7 }, "maxRetentionDays"],
    [
      "an air gap of six days",
      AIR_GAPPED,
      { name: "ab", minRetentionDays: 6, maxRetentionDays: 9 },
      "minRetentionDays",
    ],
    ["a plan with a blank in its name", PLAN, { ...plan, name: "a b" }, "name"],
    ["two rules of one name", PLAN, { ...plan, rules: [daily, daily] }, "rules"],
    ["a schedule that is none", PLAN, { ...plan, rules: [{ ...daily, schedule: "daily" }] }, "rules"],
    ["half an hour to start", PLAN, { ...plan, rules: [{ ...daily, startWindow: 30 }] }, "rules"],
    ["no hour to complete", PLAN, { ...plan, rules: [{ ...daily, completionWindow: 90 }] }, "rules"],
    [
      "cold storage for 89 days",
      PLAN,
      { ...plan, rules: [{ ...daily, lifecycle: { coldStorageAfter: 10, deleteAfter: 99 } }] },
      "rules",
    ],
    [
      "a continuous backup of 36 days",
      PLAN,
      { ...plan, rules: [{ ...daily, enableContinuousBackup: true, lifecycle: { deleteAfter: 36 } }] },
      "rules",
    ],
    ["a selection of nothing", SELECTION, { name: "a", planId: "p", iamRoleArn: "r" }, "resources"],
    ["a test with a hyphen in its name", TESTING_PLAN, { ...testing, name: "a-b" }, "name"],
    ["tests by another choice", TESTING_PLAN, changedPoints({ algorithm: "OLDEST" }), "recoveryPointSelection"],
    [
      "tests of another vault's name",
      TESTING_PLAN,
      changedPoints({ includeVaults: ["kept"] }),
      "recoveryPointSelection",
    ],
    [
      "tests of a type that is none",
      TESTING_SELECTION,
      { ...tested, protectedResourceType: "SQS" },
      "protectedResourceType",
    ],
    [
      "a validation of 169 hours",
      TESTING_SELECTION,
      { ...tested, validationWindowHours: 169 },
      "validationWindowHours",
    ],
  ] as const)("refuses %s", async (_, token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });

  it("lets pass what is not known yet", async () => {
    const rules = [{ ...daily, targetVaultName: UNKNOWN, copyActions: [{ destinationVaultArn: UNKNOWN }] }];
    expect(await world.resources.failuresOf(PLAN, { ...plan, rules })).toEqual([]);
    expect(await world.resources.failuresOf(VAULT, { name: UNKNOWN, kmsKeyArn: UNKNOWN })).toEqual([]);
    const unknown = {
      ...testing,
      recoveryPointSelection: { ...testing.recoveryPointSelection, includeVaults: [UNKNOWN] },
    };
    expect(await world.resources.failuresOf(TESTING_PLAN, unknown)).toEqual([]);
  });
});

function changedPoints(change: object) {
  return { ...testing, recoveryPointSelection: { ...testing.recoveryPointSelection, ...change } };
}
