import {
  allowancesForEverybody,
  fixtures,
  inventories,
  oversizedPolicies,
  policyGrammarFaults,
  recordStack,
  rolesWithoutBoundary,
  statements,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
  type Recording,
} from "@records/testing";

const PROJECT = "projects/data";
const CONTRACTS = { security: fixtures.security, network: fixtures.network };
const { kmsKeyArns } = fixtures.security;
let stack: Recording;
let prod: Recording;
let dev: Recording;
let pr123: Recording;
beforeAll(async () => {
  [stack, prod, dev, pr123] = await Promise.all([
    recordStack(PROJECT, CONTRACTS),
    recordStack(PROJECT, CONTRACTS, { stack: "prod" }),
    recordStack(PROJECT, CONTRACTS, { stack: "dev" }),
    recordStack(PROJECT, CONTRACTS, { stack: "pr123" }),
  ]);
}, 60_000);

describe("data stack", () => {
  it("declares and publishes what its inventory says", () => {
    const { now, pinned } = inventories(PROJECT, stack);
    expect(now).toEqual(pinned);
  });

  it("tags everything, names everything for its environment, and allows nobody everything", () => {
    expect(stack.resources.length).toBeGreaterThan(50);
    expect(wronglyTagged(stack)).toEqual([]);
    // Redis wants a user of the name "default"; its id carries the suffix. RDS names the logs of a cluster after it.
    expect(unsuffixedNames(stack, "local")).toEqual([]);
    expect(wildcardAllowances(stack)).toEqual([]);
    expect(allowancesForEverybody(stack)).toEqual([]);
    expect(rolesWithoutBoundary(stack)).toEqual([]);
    expect(oversizedPolicies(stack)).toEqual([]);
  });

  it("names only actions, condition keys and resources that AWS knows", () => {
    expect(policyGrammarFaults(stack)).toEqual([]);
    expect(policyGrammarFaults(prod)).toEqual([]);
  });

  it("publishes ARNs and addresses, and no secret", () => {
    expect(stack.contractIsSecret).toBe(false);
    expect(JSON.stringify(stack.contract)).not.toContain("recorded-throw-away-password");
  });

  it("keeps in production what cannot be made again", () => {
    const kept = [
      "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
      "aws:backup/vault:Vault",
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
      "aws:s3/bucket:Bucket",
      "aws:rds/cluster:Cluster",
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:secretsmanager/secret:Secret",
      "aws:efs/fileSystem:FileSystem",
    ];
    const stateful = prod.resources.filter(({ type }) => kept.includes(type));
    expect(stateful).toHaveLength(17);
    expect(stateful.filter(({ options }) => !options.protect || !options.retainOnDelete)).toEqual([]);
    for (const shortLived of [stack, pr123])
      expect(shortLived.resources.filter(({ options }) => options.protect || options.retainOnDelete)).toEqual([]);
    // Dev is protected by the engine alone: what is taken out of the program goes.
    expect(dev.resources.filter(({ options }) => options.retainOnDelete)).toEqual([]);
    expect(dev.resources.filter(({ type, options }) => kept.includes(type) && !options.protect)).toEqual([]);
  });

  it("leaves nothing of a short-lived stack behind, and nothing of another goes by force", () => {
    const forced = (recording: Recording) =>
      ["aws:s3/bucket:Bucket", "aws:backup/vault:Vault"]
        .flatMap((type) => recording.ofType(type))
        .map(({ inputs }) => inputs.forceDestroy as unknown);
    for (const shortLived of [stack, pr123]) expect(forced(shortLived)).toEqual([true, true]);
    for (const lasting of [dev, prod]) expect(forced(lasting)).toEqual([false, false]);
  });

  it("keeps its log groups from being deleted where the environment lasts", () => {
    const guarded = (recording: Recording) =>
      recording
        .ofType("aws:cloudwatch/logGroup:LogGroup")
        .filter(({ name }) => name !== "rotation")
        .map(({ inputs }) => inputs.deletionProtectionEnabled as unknown);
    expect(guarded(prod)).toEqual([true, true, true, true, true]);
    expect(guarded(stack)).toEqual([false, false, false, false, false]);
  });
});

describe("database", () => {
  it("is off the internet, in isolated subnets", () => {
    const instances = stack.ofType("aws:rds/clusterInstance:ClusterInstance");
    expect(instances).toHaveLength(2);
    expect(instances.filter(({ inputs }) => inputs.publiclyAccessible !== false)).toEqual([]);
    expect(stack.get("aws:rds/subnetGroup:SubnetGroup", "records").inputs.subnetIds).toEqual(
      fixtures.network.isolatedSubnetIds,
    );
    expect(stack.get("aws:rds/cluster:Cluster", "records").inputs.vpcSecurityGroupIds).toEqual([
      fixtures.network.securityGroupIds.database,
    ]);
  });

  it("never hands a password to the engine, and makes no secret's value", () => {
    const { inputs } = stack.get("aws:rds/cluster:Cluster", "records");
    expect(inputs).toMatchObject({ manageMasterUserPassword: true, masterUserSecretKmsKeyId: kmsKeyArns.secrets });
    for (const property of ["masterPassword", "masterPasswordWo"]) expect(inputs).not.toHaveProperty(property);
    expect(stack.ofType("aws:secretsmanager/secretVersion:SecretVersion")).toEqual([]);
  });

  it("is encrypted with its own key and leaves the choice of zones to its subnets", () => {
    const { inputs } = stack.get("aws:rds/cluster:Cluster", "records");
    expect(inputs).toMatchObject({
      storageEncrypted: true,
      kmsKeyId: kmsKeyArns.database,
      iamDatabaseAuthenticationEnabled: true,
      port: 5433,
    });
    expect(inputs).not.toHaveProperty("availabilityZones");
    expect(inputs).not.toHaveProperty("caCertificateIdentifier");
  });

  it("writes no student's values into its log", () => {
    const { parameters } = stack.get("aws:rds/clusterParameterGroup:ClusterParameterGroup", "records").inputs;
    const values = Object.fromEntries(
      parameters.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    expect(values).toMatchObject({
      "rds.force_ssl": "1",
      log_statement: "none",
      "pgaudit.log_parameter": "0",
      log_parameter_max_length: "0",
      log_parameter_max_length_on_error: "0",
    });
  });

  it("gives every instance the group of its own parameters, of the cluster's family", () => {
    const group = stack.get("aws:rds/parameterGroup:ParameterGroup", "records").inputs;
    expect(group.family).toBe(
      stack.get("aws:rds/clusterParameterGroup:ClusterParameterGroup", "records").inputs.family,
    );
    const groups = stack
      .ofType("aws:rds/clusterInstance:ClusterInstance")
      .map(({ inputs }) => inputs.dbParameterGroupName as unknown);
    expect(groups).toEqual([group.name, group.name]);
  });

  it("spreads over zones, with a warm reader, and watches itself where it pays", () => {
    const instances = prod.ofType("aws:rds/clusterInstance:ClusterInstance");
    expect(instances.map(({ inputs }) => inputs.promotionTier)).toEqual([0, 1, 15]);
    expect(new Set(instances.map(({ inputs }) => inputs.availabilityZone)).size).toBeGreaterThanOrEqual(2);
    expect(instances[0]?.inputs).toMatchObject({
      monitoringInterval: 15,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: kmsKeyArns.database,
    });
    // RDS refuses a role without an interval.
    expect(stack.ofType("aws:rds/clusterInstance:ClusterInstance")[0]?.inputs).not.toHaveProperty("monitoringRoleArn");
  });

  it("takes its last snapshot in production, and none here", () => {
    expect(prod.get("aws:rds/cluster:Cluster", "records").inputs).toMatchObject({
      skipFinalSnapshot: false,
      deletionProtection: true,
      storageType: "aurora-iopt1",
    });
    expect(prod.get("aws:rds/cluster:Cluster", "records").inputs.finalSnapshotIdentifier).toBe(
      "srs-prod-records-final",
    );
    expect(stack.get("aws:rds/cluster:Cluster", "records").inputs).toMatchObject({
      skipFinalSnapshot: true,
      deletionProtection: false,
    });
  });

  it("finds its log groups made, or RDS would make them without a key", () => {
    expect(
      stack.get("aws:rds/cluster:Cluster", "records").options.dependencies.filter((each) => each.includes("LogGroup")),
    ).toHaveLength(3);
  });
});

describe("database proxy", () => {
  it("asks for TLS and knows both application logins", () => {
    const { inputs } = stack.get("aws:rds/proxy:Proxy", "records");
    expect(inputs).toMatchObject({ requireTls: true, debugLogging: false, engineFamily: "POSTGRESQL" });
    expect(inputs.auths.map(({ secretArn }: { secretArn: string }) => secretArn)).toEqual([
      stack.contract.secretArns.dbAppA,
      stack.contract.secretArns.dbAppB,
    ]);
    expect(
      inputs.auths.filter((auth: Record<string, string>) => auth.clientPasswordAuthType !== "POSTGRES_SCRAM_SHA_256"),
    ).toEqual([]);
  });

  it("connects to the cluster only when an instance is there and the logins have values", () => {
    expect(stack.get("aws:rds/proxyTarget:ProxyTarget", "records").options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:rds/clusterInstance:ClusterInstance::records-writer",
        "aws:lambda/invocation:Invocation::bootstrap",
      ]),
    );
    expect(stack.get("aws:rds/proxyEndpoint:ProxyEndpoint", "records-read").inputs.targetRole).toBe("READ_ONLY");
  });

  it("may read those two secrets and no other", () => {
    const [read] = statements(stack).filter(
      ({ resource, Sid }) => resource.name === "db-proxy" && Sid === "ReadLogins",
    );
    expect(read?.Resource).toEqual([stack.contract.secretArns.dbAppA, stack.contract.secretArns.dbAppB]);
  });
});

describe("cache", () => {
  it("speaks TLS only, keeps a second node and knows users instead of one password", () => {
    const { inputs } = stack.get("aws:elasticache/replicationGroup:ReplicationGroup", "cache");
    expect(inputs).toMatchObject({
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: kmsKeyArns.cache,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      numCacheClusters: 2,
    });
    expect(inputs).not.toHaveProperty("authToken");
    expect(inputs.userGroupIds).toEqual(["srs-local-cache"]);
  });

  it("gives users passwords that are secret, that the bootstrap replaces, and that later plans leave alone", () => {
    const users = stack.ofType("aws:elasticache/user:User");
    expect(users).toHaveLength(3);
    for (const { secretInputs, options, inputs } of users) {
      expect(secretInputs).toContain("authenticationMode");
      expect(options.ignoreChanges).toEqual(["passwords", "authenticationMode"]);
      expect(inputs).not.toHaveProperty("passwords");
      expect(inputs).not.toHaveProperty("noPasswordRequired");
    }
  });

  it("lets the default user do nothing and the invalidator touch nothing but markers", () => {
    expect(stack.get("aws:elasticache/user:User", "default").inputs).toMatchObject({
      userName: "default",
      accessString: "off ~* -@all",
    });
    const { accessString } = stack.get("aws:elasticache/user:User", "invalidator").inputs;
    expect(accessString).toContain("~*:v:*");
    expect(accessString).not.toMatch(/\+@(all|read|write|admin|dangerous)|~\* /);
  });
});

describe("files", () => {
  it("are encrypted, in every zone, behind access points", () => {
    const { inputs } = stack.get("aws:efs/fileSystem:FileSystem", "files");
    expect(inputs).toMatchObject({ encrypted: true, kmsKeyId: kmsKeyArns.files });
    expect(inputs).not.toHaveProperty("availabilityZoneName");
    expect(stack.ofType("aws:efs/mountTarget:MountTarget").map(({ inputs: target }) => target.subnetId)).toEqual(
      fixtures.network.isolatedSubnetIds,
    );
    expect(stack.get("aws:efs/accessPoint:AccessPoint", "config").inputs.rootDirectory).toMatchObject({
      path: "/config",
      creationInfo: { permissions: "0550" },
    });
  });

  it("are copied each day by EFS itself, whatever the backup plan says", () => {
    expect(stack.get("aws:efs/backupPolicy:BackupPolicy", "files").inputs.backupPolicy).toEqual({ status: "ENABLED" });
  });

  it("let the service write documents and only read configuration, and give nobody root", () => {
    const mounts = statements(stack).filter(
      ({ resource, Effect }) => resource.type === "aws:efs/fileSystemPolicy:FileSystemPolicy" && Effect === "Allow",
    );
    expect(mounts.map(({ Sid, actions }) => [Sid, actions])).toEqual([
      ["ServiceReadsConfiguration", ["elasticfilesystem:ClientMount"]],
      ["ServiceKeepsDocuments", ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]],
    ]);
  });
});
