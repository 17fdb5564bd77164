import {
  allowancesForEverybody,
  inventories,
  oversizedPolicies,
  recordStack,
  rolesWithoutBoundary,
  statements,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
  type Recording,
} from "@records/testing";

const PROJECT = "projects/security";
let stack: Recording;
let prod: Recording;
beforeAll(async () => {
  [stack, prod] = await Promise.all([recordStack(PROJECT), recordStack(PROJECT, {}, { stack: "prod" })]);
}, 60_000);

describe("security stack", () => {
  it("declares and publishes what its inventory says", () => {
    const { now, pinned } = inventories(PROJECT, stack);
    expect(now).toEqual(pinned);
    expect(stack.contractIsSecret).toBe(false);
  });

  it("tags everything, names everything for its environment, and allows nobody everything", () => {
    expect(stack.resources.length).toBeGreaterThan(40);
    expect(wronglyTagged(stack)).toEqual([]);
    expect(unsuffixedNames(stack, "local")).toEqual([]);
    expect(wildcardAllowances(stack)).toEqual([]);
    expect(allowancesForEverybody(stack)).toEqual([]);
    expect(rolesWithoutBoundary(stack)).toEqual([]);
    expect(oversizedPolicies(stack)).toEqual([]);
  });
});

describe("keys", () => {
  it("rotate, those of credentials twice a year, and wait before they end", () => {
    const keys = stack.ofType("aws:kms/key:Key");
    expect(keys.map(({ name }) => name).toSorted()).toEqual([
      "audit",
      "cache",
      "compute",
      "database",
      "events",
      "files",
      "logs",
      "secrets",
    ]);
    expect(keys.filter(({ inputs }) => inputs.enableKeyRotation !== true || inputs.deletionWindowInDays !== 7)).toEqual(
      [],
    );
    expect(stack.get("aws:kms/key:Key", "secrets").inputs.rotationPeriodInDays).toBe(180);
    expect(stack.get("aws:kms/key:Key", "database").inputs).toMatchObject({
      rotationPeriodInDays: 365,
      multiRegion: false,
    });
    expect(stack.ofType("aws:kms/alias:Alias").map(({ inputs }) => inputs.name)).toContain("alias/srs-local-database");
  });

  it("are administered by those who cannot use them, and used by those who cannot administer them", () => {
    for (const key of stack.ofType("aws:kms/key:Key")) {
      const allowed = statements(stack).filter(({ resource, Effect }) => resource === key && Effect === "Allow");
      const uses = /^kms:(Encrypt|Decrypt|GenerateDataKey|ReEncrypt)/;
      const administration = allowed.filter(({ Sid }) => Sid === "KeyAdministration");
      expect(administration).toHaveLength(1);
      expect(administration.flatMap(({ actions }) => actions).filter((action) => uses.test(action))).toEqual([]);
      const administrators = principalsOf(administration);
      expect(administrators).toHaveLength(3);
      const users = principalsOf(allowed.filter(({ Sid }) => Sid !== "KeyAdministration"));
      expect(users.filter((user) => administrators.includes(user))).toEqual([]);
    }
  });

  it("name later layers' roles by pattern, never as a principal that may not exist yet", () => {
    const named = statements(stack)
      .filter(({ Effect }) => Effect === "Allow")
      .map(({ Principal }) => JSON.stringify(Principal ?? {}));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((principal) => principal.includes(":role/"))).toEqual([]);
  });

  it("refuse everybody else the end of a key, and every call without TLS", () => {
    for (const key of stack.ofType("aws:kms/key:Key")) {
      const denied = statements(stack).filter(({ resource, Effect }) => resource === key && Effect === "Deny");
      expect(denied.map(({ Sid }) => Sid)).toEqual(["DenyEndingTheKey", "DenyInsecureTransport"]);
    }
  });

  it("stay when a stack is destroyed in production, and go here", () => {
    expect(prod.get("aws:kms/key:Key", "database").options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(stack.get("aws:kms/key:Key", "database").options).toMatchObject({ protect: false, retainOnDelete: false });
  });
});

describe("audit store", () => {
  it("is write-once in production for seven years, and outlives its lock", () => {
    const [lock] = prod.ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    expect(lock?.inputs.rule).toEqual({ defaultRetention: { mode: "COMPLIANCE", days: 2555 } });
    const { rules } = prod.get("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "audit").inputs;
    expect(rules[0].expiration.days).toBeGreaterThan(2555);
    expect(prod.get("aws:s3/bucket:Bucket", "audit").inputs).toMatchObject({
      objectLockEnabled: true,
      forceDestroy: false,
    });
  });

  it("can be destroyed here: lockable, but nothing is locked by default", () => {
    expect(stack.get("aws:s3/bucket:Bucket", "audit").inputs).toMatchObject({
      objectLockEnabled: true,
      forceDestroy: true,
    });
    expect(stack.ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")).toEqual([]);
  });

  it("is private, versioned, under the audit key, without settings on the bucket itself that fight the separate ones", () => {
    for (const name of ["audit", "access-logs"]) {
      expect(stack.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name).inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const bucket = stack.get("aws:s3/bucket:Bucket", name).inputs;
      for (const inline of ["versioning", "lifecycleRules", "serverSideEncryptionConfiguration", "policy", "acl"]) {
        expect(bucket).not.toHaveProperty(inline);
      }
    }
    const encryption = stack.get(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "audit",
    );
    expect(encryption.inputs.rules[0]).toMatchObject({
      bucketKeyEnabled: true,
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: stack.contract.kmsKeyArns.audit },
    });
  });

  it("logs access to it, but not in circles", () => {
    expect(stack.ofType("aws:s3/bucketLogging:BucketLogging").map(({ name }) => name)).toEqual(["audit"]);
  });
});

describe("trail", () => {
  it("records every management call, the audit store and every function, under the audit key", () => {
    const [trail] = stack.ofType("aws:cloudtrail/trail:Trail");
    expect(trail?.inputs).toMatchObject({
      isMultiRegionTrail: true,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: true,
      kmsKeyId: stack.contract.kmsKeyArns.audit,
    });
    expect(trail?.inputs.advancedEventSelectors.map(({ name }: { name: string }) => name)).toEqual([
      "management",
      "audit-store",
      "functions",
    ]);
    expect(trail?.inputs).not.toHaveProperty("eventSelectors");
  });

  it("starts only when the bucket and the log group would take what it writes", () => {
    expect(stack.get("aws:cloudtrail/trail:Trail", "trail").options.dependencies).toEqual(
      expect.arrayContaining(["aws:s3/bucketPolicy:BucketPolicy::audit", "aws:iam/rolePolicy:RolePolicy::trail-logs"]),
    );
  });

  it("is one per account: a pull request's stack makes none, and publishes none", async () => {
    const pullRequest = await recordStack(PROJECT, {}, { stack: "pr128" });
    expect(pullRequest.ofType("aws:kms/key:Key")).toHaveLength(8);
    expect(pullRequest.ofType("aws:cloudtrail/trail:Trail")).toEqual([]);
    expect(pullRequest.contract).not.toHaveProperty("trail");
  }, 30_000);
});

describe("permission boundary", () => {
  it("keeps every role from undoing the watch, from other Regions and from identities that last", () => {
    const denied = statements(stack).filter(
      ({ resource, Effect }) => resource.name === "permission-boundary" && Effect === "Deny",
    );
    expect(denied.map(({ Sid }) => Sid)).toEqual(
      expect.arrayContaining([
        "NoLongLivedIdentities",
        "NoRoleWithoutThisCeiling",
        "WatchersStayOn",
        "RecordsStay",
        "OneRegion",
      ]),
    );
  });
});

function principalsOf(
  allowed: readonly { Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>> }[],
): string[] {
  return allowed.flatMap(({ Condition }) =>
    [(Condition?.ArnLike?.["aws:PrincipalArn"] ?? []) as string | string[]].flat(),
  );
}
