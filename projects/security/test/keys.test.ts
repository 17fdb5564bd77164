import type { RecordedStatement, Recording } from "@records/testing";
import { policyOf, recordStacks, STACKS, statement, type RecordedStacks } from "./recorded.ts";

const KEY = "aws:kms/key:Key";
const KEYS = [
  "audit",
  "backup",
  "cache",
  "compute",
  "database",
  "events",
  "files",
  "logs",
  "secrets",
  "signing",
  "student-fields",
];
let stacks: RecordedStacks;
beforeAll(async () => {
  stacks = await recordStacks(STACKS);
}, 120_000);

const policy = (stack: Recording, key: string) => policyOf(stack, KEY, key);

describe("keys", () => {
  it.each(STACKS)("of %s are eleven, each with a name of its own", (stack) => {
    expect(
      stacks[stack]
        .ofType(KEY)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(KEYS);
    const aliases = stacks[stack].ofType("aws:kms/alias:Alias").map(({ inputs }) => inputs.name as string);
    expect(aliases.toSorted()).toEqual(KEYS.map((key) => `alias/srs-${stack}-${key}`));
  });

  it.each(STACKS)("of %s rotate, twice a year those that open or show the most; the one that signs cannot", (stack) => {
    const periods = Object.fromEntries(
      stacks[stack].ofType(KEY).map(({ name, inputs }) => [name, inputs.rotationPeriodInDays as unknown]),
    );
    expect(periods).toEqual({
      ...Object.fromEntries(KEYS.map((key) => [key, 365])),
      secrets: 180,
      "student-fields": 180,
      backup: 180,
      signing: undefined,
    });
    for (const { name, inputs } of stacks[stack].ofType(KEY)) {
      const kind =
        name === "signing"
          ? { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" }
          : { customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT", enableKeyRotation: true };
      expect(inputs).toMatchObject({ ...kind, bypassPolicyLockoutSafetyCheck: false });
    }
    expect(stacks[stack].get(KEY, "signing").inputs).not.toHaveProperty("enableKeyRotation");
  });

  it("of production wait a month before they end and stay when a stack goes; a short-lived stack's do neither", () => {
    for (const [stack, days, stays] of [
      ["local", 7, false],
      ["pr123", 7, false],
      ["staging", 30, true],
      ["prod", 30, true],
    ] as const) {
      for (const { inputs, options } of stacks[stack].ofType(KEY)) {
        expect(inputs.deletionWindowInDays).toBe(days);
        expect(options).toMatchObject({ protect: stays, retainOnDelete: stays });
      }
    }
  });

  it("can be replicated one day where students' fields live for good, and no other key anywhere", () => {
    const multiRegion = STACKS.flatMap((stack) =>
      stacks[stack]
        .ofType(KEY)
        .filter(({ inputs }) => inputs.multiRegion !== false)
        .map(({ name }) => `${stack}: ${name}`),
    );
    expect(multiRegion).toEqual(["staging: student-fields", "prod: student-fields"]);
  });
});

describe("key policies", () => {
  it.each(STACKS)("of %s let nobody both administer a key and use it", (stack) => {
    for (const key of KEYS) {
      const allowed = policy(stacks[stack], key).filter(({ Effect }) => Effect === "Allow");
      const administration = statement(allowed, "KeyAdministration");
      expect(administration.actions.filter((action) => USES.test(action))).toEqual([]);
      const administrators = rolesOf(administration);
      expect(administrators).toEqual([
        "srs-key-admin",
        "srs-bootstrap",
        // A pull request's stack is deployed by dev's identities.
        `srs-${stack === "pr123" ? "dev" : stack}-ci-security-apply`,
      ]);
      const users = allowed.filter(({ Sid }) => Sid !== "KeyAdministration").flatMap(rolesOf);
      expect(users.filter((user) => administrators.some((name) => overlap(user, name)))).toEqual([]);
    }
  });

  it.each(STACKS)(
    "of %s let the preview and the account's watchers look at a key's settings, and at nothing it opens",
    (stack) => {
      for (const key of KEYS) {
        for (const sid of ["PreviewLooks", "WatchersLook"]) {
          const { actions } = statement(policy(stacks[stack], key), sid);
          expect(actions).toContain("kms:GetKeyPolicy");
          expect(actions.filter((action) => !/^kms:(Describe|Get|List)[A-Za-z]+$/.test(action))).toEqual([]);
          expect(actions).not.toContain("kms:GetPublicKey");
        }
      }
      expect(rolesOf(statement(policy(stacks.prod, "database"), "WatchersLook"))).toEqual([
        "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        "aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer",
      ]);
    },
  );

  it.each(STACKS)("of %s refuse everybody else the end of a key, and every call without TLS", (stack) => {
    for (const key of KEYS) {
      const denied = policy(stacks[stack], key).filter(({ Effect }) => Effect === "Deny");
      expect(denied.map(({ Sid }) => Sid)).toEqual(["DenyEndingTheKey", "DenyInsecureTransport"]);
      expect(denied[0]).toMatchObject({
        Principal: "*",
        Action: ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"],
        Condition: {
          ArnNotLike: statement(policy(stacks[stack], key), "KeyAdministration").Condition?.ArnLike,
        },
      });
      expect(denied[1]).toMatchObject({ Action: "kms:*", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    }
  });

  it.each(STACKS)("of %s name roles by pattern, never as a principal that may not exist yet", (stack) => {
    const allowed = KEYS.flatMap((key) => policy(stacks[stack], key)).filter(({ Effect }) => Effect === "Allow");
    expect(allowed.length).toBeGreaterThan(40);
    for (const { Principal } of allowed) {
      expect(JSON.stringify(Principal)).toMatch(/^\{"(AWS":"arn:aws:iam::[0-9]{12}:root|Service":"[a-z.0-9-]+)"\}$/);
    }
  });

  it.each(STACKS)(
    "of %s give grants only to AWS resources, for listed operations and through named services",
    (stack) => {
      const grants = KEYS.flatMap((key) => policy(stacks[stack], key)).filter(({ actions }) =>
        actions.includes("kms:CreateGrant"),
      );
      expect(grants.map(({ resource, Sid }) => `${resource.name}: ${Sid}`)).toEqual([
        "backup: GrantsForResources",
        "cache: GrantsForResources",
        "compute: FargateGrants",
        "compute: GrantsForResources",
        "database: GrantsForResources",
        "files: GrantsForResources",
        "secrets: GrantsForResources",
      ]);
      for (const { Sid, Condition } of grants) {
        expect(Condition?.["ForAllValues:StringEquals"]?.["kms:GrantOperations"]).toBeDefined();
        if (Sid === "FargateGrants") continue;
        expect(Condition).toMatchObject({ Bool: { "kms:GrantIsForAWSResource": "true" } });
        expect(Condition?.StringEquals?.["kms:ViaService"]).toBeDefined();
      }
    },
  );

  it("have no action outside the list of those that manage or use a key", () => {
    const actions = new Set(KEYS.flatMap((key) => policy(stacks.prod, key)).flatMap((each) => each.actions));
    // Denied as a whole without TLS; allowed nowhere.
    actions.delete("kms:*");
    for (const action of actions) expect(action).toMatch(/^kms:[A-Z][A-Za-z]+\*?$/);
    for (const absent of ["kms:ReplicateKey", "kms:ImportKeyMaterial", "kms:UpdatePrimaryRegion"])
      expect(actions).not.toContain(absent);
  });
});

const USES = /^kms:(Encrypt|Decrypt|GenerateDataKey|ReEncrypt|Sign|Verify|CreateGrant)/;

/** Role names or patterns that a statement admits. */
function rolesOf({ Condition }: Pick<RecordedStatement, "Condition">): string[] {
  const arns = [(Condition?.ArnLike?.["aws:PrincipalArn"] ?? []) as string | string[]].flat();
  return arns.map((arn) => arn.replace(/^arn:aws:iam::[0-9]{12}:role\//, ""));
}

/** Whether some role fits both: a pattern in use is a beginning with a star. */
function overlap(one: string, other: string): boolean {
  const fits = (pattern: string, name: string) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  return fits(one, other) || fits(other, one);
}
