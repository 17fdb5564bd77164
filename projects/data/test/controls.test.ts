/** What published controls ask of the data layer, in production's sizes (docs/controls.md says which control is which). */
import { exampleContracts } from "@records/contracts/examples";
import { recordStack, statements, type Recording } from "@records/testing";

const ACCOUNT_ID = "333333333333";
const { security, network } = exampleContracts({
  accountId: ACCOUNT_ID,
  region: "us-east-1",
  suffix: "prod",
  zones: 3,
});
const { kmsKeyArns } = security;
let prod: Recording;
beforeAll(async () => {
  prod = await recordStack("projects/data", { security, network }, { stack: "prod" });
}, 60_000);

const cluster = () => prod.get("aws:rds/cluster:Cluster", "records").inputs;
const instances = () => prod.ofType("aws:rds/clusterInstance:ClusterInstance").map(({ inputs }) => inputs);

describe("the database in production", () => {
  it("has no public address, and lives in the subnets without a way out", () => {
    expect(instances().map(({ publiclyAccessible }) => publiclyAccessible as unknown)).toEqual([false, false, false]);
    const { subnetIds } = prod.get("aws:rds/subnetGroup:SubnetGroup", "records").inputs;
    expect(subnetIds).toEqual(network.isolatedSubnetIds);
    expect(cluster().dbSubnetGroupName).toBe("srs-prod-records");
  });

  it("has an instance in each of three zones", () => {
    expect(instances().map(({ availabilityZone }) => availabilityZone as unknown)).toEqual(network.availabilityZones);
  });

  it("is watched by the operating system's own metrics, under a role that may publish them", () => {
    for (const { monitoringInterval, monitoringRoleArn } of instances()) {
      expect(monitoringInterval).toBe(15);
      expect(monitoringRoleArn).toMatch(/:role\/srs-prod-rds-monitoring$/);
    }
  });

  it("cannot be deleted", () => {
    expect(cluster().deletionProtection).toBe(true);
  });

  it("lets its users in by IAM, and has an administrator's name and a port that nobody tries first", () => {
    expect(cluster()).toMatchObject({ iamDatabaseAuthenticationEnabled: true, port: 5433 });
    expect(["postgres", "admin", "root", "rdsadmin"]).not.toContain(cluster().masterUsername);
  });

  it("takes minor versions by itself, cluster and instances", () => {
    for (const inputs of [cluster(), ...instances()]) expect(inputs.autoMinorVersionUpgrade).toBe(true);
  });

  it("hands its tags on to snapshots, cluster and instances", () => {
    for (const inputs of [cluster(), ...instances()]) expect(inputs.copyTagsToSnapshot).toBe(true);
  });

  it("is encrypted under its own key", () => {
    expect(cluster()).toMatchObject({ storageEncrypted: true, kmsKeyId: kmsKeyArns.database });
  });

  it("sends its logs to CloudWatch, each to a group that is there before it, under the key of logs", () => {
    expect(cluster().enabledCloudwatchLogsExports).toContain("postgresql");
    for (const log of cluster().enabledCloudwatchLogsExports as string[]) {
      expect(prod.get("aws:cloudwatch/logGroup:LogGroup", `database-${log}`).inputs).toMatchObject({
        name: `/aws/rds/cluster/srs-prod-records/${log}`,
        kmsKeyId: kmsKeyArns.logs,
        retentionInDays: 400,
      });
    }
  });

  it("can go back to any moment of 35 days", () => {
    expect(cluster().backupRetentionPeriod).toBe(35);
  });

  it("is reached through a proxy that takes no connection without TLS", () => {
    expect(prod.ofType("aws:rds/proxy:Proxy").map(({ inputs }) => inputs.requireTls as unknown)).toEqual([true]);
  });
});

describe("the cache in production", () => {
  const cache = () => prod.get("aws:elasticache/replicationGroup:ReplicationGroup", "cache").inputs;

  it("keeps snapshots for two weeks and takes minor versions by itself", () => {
    expect(cache()).toMatchObject({ snapshotRetentionLimit: 14, autoMinorVersionUpgrade: true });
  });

  it("fails over by itself to a node in another zone", () => {
    expect(cache()).toMatchObject({ automaticFailoverEnabled: true, multiAzEnabled: true, numCacheClusters: 3 });
  });

  it("is encrypted at rest under its own key, and takes no connection without TLS", () => {
    expect(cache()).toMatchObject({
      atRestEncryptionEnabled: true,
      kmsKeyId: kmsKeyArns.cache,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
    });
  });

  it("lives in a subnet group of its own, without a way out", () => {
    const group = prod.get("aws:elasticache/subnetGroup:SubnetGroup", "cache").inputs;
    expect(group.subnetIds).toEqual(network.isolatedSubnetIds);
    expect(cache().subnetGroupName).toBe(group.name);
  });
});

describe("events of the database in production", () => {
  it.each([
    ["db-cluster", ["failure", "maintenance"]],
    ["db-instance", ["configuration change", "failure", "maintenance"]],
    ["db-parameter-group", ["configuration change"]],
    ["db-security-group", ["configuration change", "failure"]],
  ])("of every %s are told to who runs the platform, these at least: %j", (source, categories) => {
    const { inputs } = prod.get("aws:rds/eventSubscription:EventSubscription", source);
    expect(inputs).toMatchObject({ sourceType: source, snsTopic: security.alertTopicArn, enabled: true });
    expect(inputs.eventCategories).toEqual(expect.arrayContaining(categories));
    expect(inputs).not.toHaveProperty("sourceIds");
  });
});

describe("backups in production", () => {
  it("are encrypted under their own key, in the vault and behind the air gap", () => {
    expect(prod.get("aws:backup/vault:Vault", "records").inputs.kmsKeyArn).toBe(kmsKeyArns.backup);
    const airGapped = prod.get("aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault", "records").inputs;
    expect(airGapped.encryptionKeyArn).toBe(kmsKeyArns.backup);
  });

  it("are of the database, the files and the archive, each day", () => {
    const { resources } = prod.get("aws:backup/selection:Selection", "records").inputs;
    expect(resources).toEqual([
      prod.contract.database.clusterArn,
      prod.contract.files.fileSystemArn,
      prod.contract.archiveBucket.arn,
    ]);
    const { rules } = prod.get("aws:backup/plan:Plan", "records").inputs;
    expect(rules.map(({ schedule }: { schedule: string }) => schedule)).toContain("cron(0 3 * * ? *)");
  });

  it("of files are made by EFS, too", () => {
    expect(prod.get("aws:efs/backupPolicy:BackupPolicy", "files").inputs.backupPolicy.status).toBe("ENABLED");
  });
});

describe("files in production", () => {
  it("are encrypted under their own key", () => {
    expect(prod.get("aws:efs/fileSystem:FileSystem", "files").inputs).toMatchObject({
      encrypted: true,
      kmsKeyId: kmsKeyArns.files,
    });
  });

  it("are reached at a folder that is not the root, as a user that is not root", () => {
    const points = prod.ofType("aws:efs/accessPoint:AccessPoint");
    expect(points.map(({ inputs }) => inputs.rootDirectory.path as unknown).toSorted()).toEqual([
      "/config",
      "/documents",
    ]);
    for (const { inputs } of points) expect(inputs.posixUser).toEqual({ uid: 10001, gid: 10001 });
  });

  it("are mounted from the subnets without a way out, in every zone", () => {
    const targets = prod.ofType("aws:efs/mountTarget:MountTarget");
    expect(targets.map(({ inputs }) => inputs.subnetId as unknown)).toEqual(network.isolatedSubnetIds);
  });
});

describe("events in production", () => {
  it("are encrypted in the stream under their own key, and stay for a week", () => {
    expect(prod.get("aws:kinesis/stream:Stream", "student-events").inputs).toMatchObject({
      encryptionType: "KMS",
      kmsKeyId: kmsKeyArns.events,
      retentionPeriod: 168,
    });
  });

  it("wait in queues that are encrypted under the same key, and open to this account alone", () => {
    const queues = prod.ofType("aws:sqs/queue:Queue");
    expect(queues).not.toHaveLength(0);
    for (const { name, inputs } of queues) {
      expect(inputs.kmsMasterKeyId).toBe(kmsKeyArns.events);
      const policy = statements(prod).filter(
        ({ resource }) => resource.type === "aws:sqs/queuePolicy:QueuePolicy" && resource.name === name,
      );
      // EventBridge alone is let in from outside of roles, by rules of this account.
      for (const { Principal, Condition } of policy.filter(({ Effect }) => Effect === "Allow")) {
        expect(Principal).toEqual({ Service: "events.amazonaws.com" });
        expect(Condition?.StringEquals).toEqual({ "aws:SourceAccount": ACCOUNT_ID });
      }
      expect(JSON.stringify(policy.map(({ Condition }) => Condition))).toContain(
        `"aws:PrincipalAccount":"${ACCOUNT_ID}"`,
      );
    }
  });
});

describe("functions of the data layer in production", () => {
  it("run on a runtime that AWS keeps up, in every zone, inside the network", () => {
    const functions = prod.ofType("aws:lambda/function:Function");
    expect(functions).not.toHaveLength(0);
    for (const { inputs } of functions) {
      expect(inputs.runtime).toBe("nodejs24.x");
      expect(inputs.vpcConfig.subnetIds).toEqual(network.privateSubnetIds);
    }
  });
});
