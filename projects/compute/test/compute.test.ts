import { fixtures, inventories, policyGrammarFaults, recordStack, type Recording } from "@records/testing";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.

const keys = fixtures.security.kmsKeyArns;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

describe("the compute stack", () => {
  it("publishes what its inventory says", () => {
    const { now, pinned } = inventories("projects/compute", stack);
    expect(now).toEqual(pinned);
  });

  it("publishes no secret", () => {
    expect(stack.contractIsSecret).toBe(false);
    const { clientSecretArns, ...identity } = stack.contract.identity;
    expect(JSON.stringify({ ...stack.contract, identity })).not.toMatch(/secret|password/i);
    expect(Object.values<string>(clientSecretArns).filter((arn) => !arn.startsWith("arn:aws:secretsmanager:"))).toEqual(
      [],
    );
  });

  it("names only actions, condition keys and resources that AWS knows", () => {
    expect(policyGrammarFaults(stack)).toEqual([]);
  });

  it("names and tags everything for its environment", () => {
    const named = stack.resources.filter((resource) => typeof resource.inputs.name === "string");
    expect(named.length).toBeGreaterThan(20);
    const free = ["aws:route53/record:Record", "aws:lambda/alias:Alias", "aws:iam/rolePolicy:RolePolicy"];
    // The last is the form that API Gateway gives its logs.
    const ours = /local|^API-Gateway-Execution-Logs_/;
    expect(named.filter(({ type, inputs }) => !free.includes(type) && !ours.test(inputs.name))).toEqual([]);
    const tagged = stack.resources.filter((resource) => resource.inputs.tags);
    expect(tagged.length).toBeGreaterThan(20);
    expect(
      tagged.filter(({ inputs }) => !inputs.tags.DataClassification || inputs.tags.Owner !== "team-platform"),
    ).toEqual([]);
  });
});

describe("encryption", () => {
  it("keeps every log group under key `logs` for as long as its environment says", () => {
    const logGroups = stack.ofType("aws:cloudwatch/logGroup:LogGroup");
    expect(logGroups.length).toBeGreaterThanOrEqual(8);
    expect(logGroups.filter(({ inputs }) => inputs.kmsKeyId !== keys.logs || inputs.retentionInDays !== 1)).toEqual([]);
  });

  it("masks what looks like personal data in every log that our code writes", () => {
    const masked = stack.ofType("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy");
    expect(masked.map(({ inputs }) => inputs.logGroupName).toSorted()).toEqual([
      "/srs/local/api",
      "/srs/local/function-audit-exporter",
      "/srs/local/function-consumer-cache-invalidator",
      "/srs/local/function-migration",
      "/srs/local/relay",
    ]);
    for (const { inputs } of masked) expect(inputs.policyDocument).toContain("Ssn-US");
  });

  it("keeps images and the tasks' disks under key `compute`", () => {
    expect(stack.get("aws:ecr/repository:Repository", "api").inputs).toMatchObject({
      imageTagMutability: "IMMUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keys.compute }],
    });
    expect(stack.get("aws:ecs/cluster:Cluster", "platform").inputs.configuration).toMatchObject({
      executeCommandConfiguration: { logging: "OVERRIDE", kmsKeyId: keys.compute },
      managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: keys.compute },
    });
  });
});

describe("other environments", () => {
  it("protect in production what cannot be made again, and size it as the table says", async () => {
    const production = await recordStack("projects/compute", CONTRACTS, { stack: "prod" });
    const pool = production.get("aws:cognito/userPool:UserPool", "people-and-systems");
    expect(pool.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(pool.inputs.deletionProtection).toBe("ACTIVE");
    const domain = production.get("aws:apigateway/domainName:DomainName", "api");
    expect(domain.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(production.get("aws:lb/loadBalancer:LoadBalancer", "api").inputs.enableDeletionProtection).toBe(true);
    expect(production.get("aws:appautoscaling/target:Target", "api").inputs).toMatchObject({
      minCapacity: 6,
      maxCapacity: 60,
    });
    expect(policyGrammarFaults(production)).toEqual([]);
  }, 60_000);

  it("share an account without touching what an account has once", async () => {
    const shared = await recordStack("projects/compute", CONTRACTS, {
      stack: "pr128",
      config: { accountBaseline: "false" },
    });
    expect(shared.ofType("aws:apigateway/stage:Stage")).toHaveLength(1);
    expect(shared.ofType("aws:apigateway/account:Account")).toEqual([]);
  }, 60_000);

  it("deploy an image that was built before, without building it", async () => {
    const imageDigest = `sha256:${"a".repeat(64)}`;
    const promoted = await recordStack("projects/compute", CONTRACTS, { config: { imageDigest } });
    expect(promoted.ofType("awsx:ecr:Image")).toEqual([]);
    expect(promoted.contract.service.imageDigest).toBe(imageDigest);
  }, 60_000);
});
