import { policyOf, recordStacks, STACKS, statement, type RecordedStacks } from "./recorded.ts";

const BUCKETS = ["access-logs", "audit", "configuration"];
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
let stacks: RecordedStacks;
beforeAll(async () => {
  stacks = await recordStacks(STACKS);
}, 120_000);

describe("buckets", () => {
  it.each(STACKS)("of %s are private, versioned and their owner's, with no setting on the bucket itself", (name) => {
    const stack = stacks[name];
    const buckets = stack.ofType("aws:s3/bucket:Bucket");
    expect(buckets.map((bucket) => bucket.name).toSorted()).toEqual(BUCKETS);
    for (const { name: bucket, inputs } of buckets) {
      expect(stack.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket).inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(stack.get("aws:s3/bucketVersioning:BucketVersioning", bucket).inputs.versioningConfiguration).toEqual({
        status: "Enabled",
      });
      expect(stack.get("aws:s3/bucketOwnershipControls:BucketOwnershipControls", bucket).inputs.rule).toEqual({
        objectOwnership: "BucketOwnerEnforced",
      });
      for (const inline of ["versioning", "lifecycleRules", "serverSideEncryptionConfiguration", "policy", "acl"]) {
        expect(inputs).not.toHaveProperty(inline);
      }
    }
  });

  it("hold proof under the audit key, and access logs under S3's, which is all that load balancers write with", () => {
    const stack = stacks.prod;
    for (const bucket of ["audit", "configuration"]) {
      expect(stack.get(ENCRYPTION, bucket).inputs.rules).toEqual([
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: stack.contract.kmsKeyArns.audit,
          },
          bucketKeyEnabled: true,
        },
      ]);
    }
    expect(stack.get(ENCRYPTION, "access-logs").inputs.rules).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false },
    ]);
  });

  it("log who reaches them, but not in circles", () => {
    const logging = stacks.prod.ofType("aws:s3/bucketLogging:BucketLogging");
    expect(logging.map(({ name }) => name).toSorted()).toEqual(["audit", "configuration"]);
    for (const { inputs } of logging) expect(inputs.targetBucket).toBe(stacks.prod.contract.accessLogBucket.name);
  });

  it("refuse a call without TLS, and one with an old one", () => {
    for (const bucket of BUCKETS) {
      const policy = policyOf(stacks.prod, POLICY, bucket);
      expect(statement(policy, "DenyInsecureTransport")).toMatchObject({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      expect(statement(policy, "DenyOldTls").Condition).toEqual({ NumericLessThan: { "s3:TlsVersion": "1.2" } });
    }
  });

  it("get their policy last, because it may refuse the settings before it even to their creator", () => {
    const { dependencies } = stacks.prod.get(POLICY, "audit").options;
    expect(dependencies).toEqual(expect.arrayContaining([`${LOCK}::audit`, `${LIFECYCLE}::audit`]));
  });

  it("stay when a production stack goes, and go with a short-lived one", () => {
    for (const bucket of BUCKETS) {
      const kept = stacks.prod.get("aws:s3/bucket:Bucket", bucket);
      expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true });
      expect(kept.inputs.forceDestroy).toBe(false);
      const gone = stacks.pr123.get("aws:s3/bucket:Bucket", bucket);
      expect(gone.options).toMatchObject({ protect: false, retainOnDelete: false });
      expect(gone.inputs.forceDestroy).toBe(true);
    }
  });
});

describe("audit store", () => {
  it("is write-once for seven years in production, by anybody's leave; for a month in staging", () => {
    const lockOf = (stack: (typeof STACKS)[number]) =>
      stacks[stack].ofType(LOCK).map(({ name, inputs }) => [name, inputs.rule.defaultRetention as unknown]);
    expect(lockOf("prod")).toEqual([["audit", { mode: "COMPLIANCE", days: 2555 }]]);
    expect(lockOf("staging")).toEqual([["audit", { mode: "GOVERNANCE", days: 30 }]]);
  });

  it("can be locked everywhere, and locks nothing by default where it is destroyed every day", () => {
    for (const stack of ["local", "pr123"] as const) {
      expect(stacks[stack].get("aws:s3/bucket:Bucket", "audit").inputs.objectLockEnabled).toBe(true);
      expect(stacks[stack].ofType(LOCK)).toEqual([]);
    }
    for (const unlocked of ["configuration", "access-logs"]) {
      expect(stacks.prod.get("aws:s3/bucket:Bucket", unlocked).inputs.objectLockEnabled).toBe(false);
    }
  });

  it("gets colder, and ends only after its lock", () => {
    const [rule] = stacks.prod.get(LIFECYCLE, "audit").inputs.rules;
    expect(rule).toMatchObject({
      transitions: [
        { days: 90, storageClass: "STANDARD_IA" },
        { days: 365, storageClass: "GLACIER_IR" },
      ],
      expiration: { days: 2585 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    });
  });

  it("cannot be undone but by the apply role of this layer: dev's in a pull request's stack", () => {
    for (const [stack, role] of [
      ["prod", "arn:aws:iam::333333333333:role/srs-prod-ci-security-apply"],
      ["pr123", "arn:aws:iam::111111111111:role/srs-dev-ci-security-apply"],
    ] as const) {
      expect(statement(policyOf(stacks[stack], POLICY, "audit"), "DenyUndoing")).toMatchObject({
        Effect: "Deny",
        Principal: "*",
        Action: [
          "s3:BypassGovernanceRetention",
          "s3:DeleteObjectVersion",
          "s3:PutBucketObjectLockConfiguration",
          "s3:PutLifecycleConfiguration",
        ],
        Condition: { ArnNotLike: { "aws:PrincipalArn": role } },
      });
    }
  });

  it("takes objects under no other key, and none at all from those who are not listed", () => {
    const policy = policyOf(stacks.local, POLICY, "audit");
    expect(statement(policy, "DenyOtherKeys")).toMatchObject({
      Action: "s3:PutObject",
      // Log delivery names no key, and must not be met.
      Condition: {
        Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        StringNotEquals: {
          "s3:x-amz-server-side-encryption-aws-kms-key-id": stacks.local.contract.kmsKeyArns.audit,
        },
      },
    });
    const writers = policy.filter(({ Effect, actions }) => Effect === "Allow" && actions.includes("s3:PutObject"));
    expect(writers.map(({ Sid }) => Sid)).toEqual([
      "TrailWrites",
      "LogDeliveryWrites",
      "FindingsWrites",
      "ExporterWrites",
    ]);
    for (const { Sid, Condition } of writers.filter(({ Principal }) => "Service" in (Principal as object))) {
      expect(Condition).toMatchObject({ StringEquals: { "aws:SourceAccount": "000000000000" } });
      expect(`${Sid} ${JSON.stringify(Condition?.ArnLike)}`).toMatch(
        /"aws:SourceArn":"arn:aws:(cloudtrail|logs|guard)/,
      );
    }
    expect(statement(policy, "ExporterWrites").Resource).toEqual([
      "arn:aws:s3:::srs-local-audit-000000000000/audit/*",
      "arn:aws:s3:::srs-local-audit-000000000000/anchors/*",
    ]);
  });

  it("is read by the auditor, and by nobody else whatever their own policy allows", () => {
    const policy = policyOf(stacks.local, POLICY, "audit");
    const auditor = { "aws:PrincipalArn": "arn:aws:iam::000000000000:role/srs-auditor" };
    expect(statement(policy, "AuditorReads").Condition).toEqual({ ArnLike: auditor });
    expect(statement(policy, "DenyReadingToOthers")).toMatchObject({
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Condition: { ArnNotLike: auditor, Bool: { "aws:PrincipalIsAWSService": "false" } },
    });
  });
});

describe("configuration store and access logs", () => {
  it("admit the recorder alone, under its own path", () => {
    const allowed = policyOf(stacks.local, POLICY, "configuration").filter(({ Effect }) => Effect === "Allow");
    expect(allowed.map(({ Principal, actions, Resource }) => [Principal, actions, Resource])).toEqual([
      [
        { Service: "config.amazonaws.com" },
        ["s3:PutObject"],
        "arn:aws:s3:::srs-local-configuration-000000000000/AWSLogs/000000000000/Config/*",
      ],
      [
        { Service: "config.amazonaws.com" },
        ["s3:GetBucketAcl", "s3:ListBucket"],
        "arn:aws:s3:::srs-local-configuration-000000000000",
      ],
    ]);
  });

  it("admit deliveries of load balancers and of our buckets", () => {
    const policy = policyOf(stacks.local, POLICY, "access-logs");
    expect(statement(policy, "LoadBalancerDelivers").Principal).toEqual({
      Service: "logdelivery.elasticloadbalancing.amazonaws.com",
    });
    expect(statement(policy, "S3Delivers")).toMatchObject({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Resource: "arn:aws:s3:::srs-local-access-logs-000000000000/s3/*",
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::srs-local-*" } },
    });
  });
});
