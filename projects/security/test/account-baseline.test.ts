import { recordStack, type Recording } from "@records/testing";

const STACKS = ["local", "dev", "staging", "prod"] as const;
type Stack = (typeof STACKS)[number];
let stacks: Record<Stack, Recording>;
let pullRequest: Recording;
beforeAll(async () => {
  const all = await Promise.all(STACKS.map((stack) => recordStack("projects/security", {}, { stack })));
  stacks = Object.fromEntries(STACKS.map((stack, at) => [stack, all[at]])) as typeof stacks;
  pullRequest = await recordStack("projects/security", {}, { stack: "pr123" });
}, 120_000);

/** What an account has once, of what this layer makes: the closed list. */
const SINGLETONS = [
  "aws:accessanalyzer/analyzer:Analyzer",
  "aws:cfg/conformancePack:ConformancePack",
  "aws:cfg/deliveryChannel:DeliveryChannel",
  "aws:cfg/recorder:Recorder",
  "aws:cfg/recorderStatus:RecorderStatus",
  "aws:cfg/rule:Rule",
  "aws:cloudtrail/trail:Trail",
  "aws:ebs/encryptionByDefault:EncryptionByDefault",
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
  "aws:guardduty/detector:Detector",
  "aws:guardduty/detectorFeature:DetectorFeature",
  "aws:guardduty/publishingDestination:PublishingDestination",
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws:iam/serviceLinkedRole:ServiceLinkedRole",
  "aws:inspector2/enabler:Enabler",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  "aws:securityhub/account:Account",
  "aws:securityhub/standardsSubscription:StandardsSubscription",
];

describe("what an account has once", () => {
  it.each(STACKS)("is all in %s", (name) => {
    expect(SINGLETONS.filter((type) => stacks[name].ofType(type).length === 0)).toEqual([]);
  });

  it("is not in a pull request's stack, which still has keys of its own", () => {
    expect(pullRequest.ofType("aws:kms/key:Key").length).toBeGreaterThan(5);
    expect(SINGLETONS.filter((type) => pullRequest.ofType(type).length > 0)).toEqual([]);
  });
});

describe("threat detection", () => {
  it.each(STACKS)("of %s looks at objects, logins, functions, volumes and running tasks", (name) => {
    const stack = stacks[name];
    expect(stack.get("aws:guardduty/detector:Detector", "detection").inputs).toMatchObject({
      enable: true,
      findingPublishingFrequency: "FIFTEEN_MINUTES",
    });
    expect(stack.ofType("aws:guardduty/detector:Detector")[0]?.inputs).not.toHaveProperty("datasources");
    const features = stack.ofType("aws:guardduty/detectorFeature:DetectorFeature").map(({ inputs }) => inputs);
    expect(features.map((feature) => feature.name).toSorted()).toEqual([
      "EBS_MALWARE_PROTECTION",
      "LAMBDA_NETWORK_LOGS",
      "RDS_LOGIN_EVENTS",
      "RUNTIME_MONITORING",
      "S3_DATA_EVENTS",
    ]);
    expect(features.filter(({ status }) => status !== "ENABLED")).toEqual([]);
    const running = features.find((feature) => feature.name === "RUNTIME_MONITORING");
    expect(running?.additionalConfigurations).toContainEqual({
      name: "ECS_FARGATE_AGENT_MANAGEMENT",
      status: "ENABLED",
    });
  });

  it("keeps its findings in the audit store under the audit key, once the store takes them", () => {
    const stack = stacks.prod;
    const destination = stack.get("aws:guardduty/publishingDestination:PublishingDestination", "detection");
    expect(destination.inputs).toMatchObject({
      destinationType: "S3",
      destinationArn: stack.contract.auditBucket.arn,
      kmsKeyArn: stack.contract.kmsKeyArns.audit,
    });
    expect(destination.options.dependencies).toEqual(
      expect.arrayContaining(["aws:s3/bucketPolicy:BucketPolicy::audit", "aws:kms/key:Key::audit"]),
    );
  });
});

describe("posture and reviews", () => {
  it("are checked against three standards, a finding counted once, after Security Hub is on", () => {
    const stack = stacks.prod;
    expect(stack.get("aws:securityhub/account:Account", "posture").inputs).toEqual({
      enableDefaultStandards: false,
      autoEnableControls: true,
      controlFindingGenerator: "SECURITY_CONTROL",
    });
    const subscriptions = stack.ofType("aws:securityhub/standardsSubscription:StandardsSubscription");
    expect(subscriptions.map(({ inputs }) => inputs.standardsArn as string).toSorted()).toEqual([
      "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
      "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
      "arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0",
    ]);
    for (const { options } of subscriptions)
      expect(options.dependencies.join()).toMatch(/securityhub\/account:Account/);
  });

  it("look at access from outside and at access that nobody used for 90 days", () => {
    const analyzers = stacks.prod.ofType("aws:accessanalyzer/analyzer:Analyzer").map(({ inputs }) => inputs);
    expect(analyzers.map(({ type, configuration }) => [type, configuration as unknown])).toEqual(
      expect.arrayContaining([
        ["ACCOUNT", undefined],
        ["ACCOUNT_UNUSED_ACCESS", { unusedAccess: { unusedAccessAge: 90 } }],
      ]),
    );
  });

  it("scan images and functions of this account", () => {
    expect(stacks.prod.get("aws:inspector2/enabler:Enabler", "scanning").inputs).toEqual({
      accountIds: ["333333333333"],
      resourceTypes: ["ECR", "LAMBDA"],
    });
  });
});

describe("guard rails of the account", () => {
  it.each(STACKS)("of %s let nothing be shared with the public, and encrypt every volume", (name) => {
    const stack = stacks[name];
    expect(stack.get("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "account").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(stack.get("aws:ebs/encryptionByDefault:EncryptionByDefault", "account").inputs).toEqual({ enabled: true });
    const { state: snapshots } = stack.get(
      "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
      "account",
    ).inputs;
    const { state: images } = stack.get("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", "account").inputs;
    expect([snapshots, images]).toEqual(["block-all-sharing", "block-new-sharing"]);
  });

  it("ask for passwords as FSBP and CIS do", () => {
    expect(stacks.prod.get("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", "account").inputs).toEqual({
      minimumPasswordLength: 14,
      requireLowercaseCharacters: true,
      requireUppercaseCharacters: true,
      requireNumbers: true,
      requireSymbols: true,
      maxPasswordAge: 90,
      passwordReusePrevention: 24,
      allowUsersToChangePassword: true,
      hardExpiry: false,
    });
  });
});
