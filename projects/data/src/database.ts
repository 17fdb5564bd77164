import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";
import { CLUSTER_PARAMETERS, DATABASE_FAMILY } from "./database-parameters.ts";
import { serviceLogGroup } from "./log-group.ts";
import { keptForGood } from "./protection.ts";

export const DATABASE_NAME = "records";
const EXPORTED_LOGS = ["postgresql", "iam-db-auth-error", "instance"] as const;
const TAGS = tagsFor({ classification: "pii", retention: "education-record" });
const INTERNAL = tagsFor({ classification: "internal", retention: "none" });

interface InstanceSettings {
  readonly monitoring: pulumi.Input<string> | undefined;
  readonly parameterGroup: pulumi.Input<string>;
}

/** Aurora PostgreSQL: the records themselves. Its master password is made and kept by RDS. */
export class Database extends pulumi.ComponentResource {
  readonly cluster: aws.rds.Cluster;
  /** The instance that takes writes at first: what needs a database waits for it. */
  readonly writer: aws.rds.ClusterInstance;
  readonly masterSecretArn: pulumi.Output<string>;
  readonly subnetGroupName: pulumi.Output<string>;
  readonly published;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Database", name, {}, opts);
    const monitoring = this.monitoringRole(config);
    this.cluster = this.createCluster(config, monitoring);
    // Sets nothing beside the cluster's group, and is there before somebody needs to in a hurry: instances restart when
    // they get another group, and do not when a dynamic parameter of their own group changes.
    const parameters = new aws.rds.ParameterGroup(
      "records",
      {
        name: config.name("records", "rds"),
        family: DATABASE_FAMILY,
        description: "Records instances",
        tags: INTERNAL,
      },
      { parent: this },
    );
    const [writer, ...readers] = Array.from({ length: 1 + config.sizing.database.readers }, (_, index) =>
      this.createInstance(config, { monitoring, parameterGroup: parameters.name }, index),
    );
    if (!writer) throw new Error("A cluster without instances serves nobody.");
    this.writer = writer;
    this.masterSecretArn = this.cluster.masterUserSecrets.apply((secrets) => {
      const arn = secrets[0]?.secretArn;
      if (arn) return arn;
      throw new Error(
        "RDS reports no master secret although it manages the master password. Look at the cluster's status.",
      );
    });
    this.subnetGroupName = this.cluster.dbSubnetGroupName;
    this.published = {
      clusterIdentifier: this.cluster.clusterIdentifier,
      clusterArn: this.cluster.arn,
      clusterResourceId: this.cluster.clusterResourceId,
      name: DATABASE_NAME,
      directEndpoint: this.cluster.endpoint,
      port: this.cluster.port,
    };
    this.registerOutputs({ writer: writer.id, readers: readers.map(({ id }) => id) });
  }

  private createCluster(config: Config, monitoring: pulumi.Input<string> | undefined): aws.rds.Cluster {
    const { sizing, security, network } = config;
    const { database } = sizing;
    const child = { parent: this };
    const identifier = config.name("records", "rds");
    // Made before the cluster, or RDS makes them itself: without key, retention and tags.
    const logGroups = EXPORTED_LOGS.map((log) =>
      serviceLogGroup(config, { purpose: `database-${log}`, name: `/aws/rds/cluster/${identifier}/${log}` }, child),
    );
    const parameters = new aws.rds.ClusterParameterGroup(
      "records",
      {
        name: identifier,
        family: DATABASE_FAMILY,
        description: "Records cluster",
        parameters: [...CLUSTER_PARAMETERS],
        tags: INTERNAL,
      },
      child,
    );
    const subnets = new aws.rds.SubnetGroup(
      "records",
      { name: identifier, description: "Isolated subnets", subnetIds: network.isolatedSubnetIds, tags: INTERNAL },
      child,
    );
    return new aws.rds.Cluster(
      "records",
      {
        clusterIdentifier: identifier,
        engine: "aurora-postgresql",
        engineMode: "provisioned",
        engineVersion: database.engineVersion,
        databaseName: DATABASE_NAME,
        port: 5433,
        masterUsername: "srsroot",
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: security.kmsKeyArns.secrets,
        iamDatabaseAuthenticationEnabled: true,
        enableHttpEndpoint: false,
        serverlessv2ScalingConfiguration: { minCapacity: database.minCapacity, maxCapacity: database.maxCapacity },
        storageEncrypted: true,
        kmsKeyId: security.kmsKeyArns.database,
        storageType: database.storageType ?? undefined,
        dbClusterParameterGroupName: parameters.name,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [network.securityGroupIds.database],
        backupRetentionPeriod: database.backupRetentionDays,
        preferredBackupWindow: "07:00-07:30",
        preferredMaintenanceWindow: "sun:08:00-sun:08:30",
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: false,
        deletionProtection: sizing.deletionProtection,
        skipFinalSnapshot: sizing.disposable,
        finalSnapshotIdentifier: sizing.disposable ? undefined : config.name("records-final", "rds"),
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: false,
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        applyImmediately: sizing.applyImmediately,
        enabledCloudwatchLogsExports: [...EXPORTED_LOGS],
        databaseInsightsMode: database.insights?.mode,
        ...insights(config),
        monitoringInterval: database.monitoringIntervalSeconds,
        monitoringRoleArn: monitoring,
        tags: TAGS,
      },
      { parent: this, dependsOn: logGroups, ...keptForGood(sizing) },
    );
  }

  private createInstance(
    config: Config,
    { monitoring, parameterGroup }: InstanceSettings,
    index: number,
  ): aws.rds.ClusterInstance {
    const { sizing, network } = config;
    const name = index === 0 ? "records-writer" : `records-reader-${index}`;
    return new aws.rds.ClusterInstance(
      name,
      {
        identifier: config.name(name, "rds"),
        clusterIdentifier: this.cluster.id,
        engine: "aurora-postgresql",
        engineVersion: this.cluster.engineVersion,
        instanceClass: "db.serverless",
        availabilityZone: network.availabilityZones.apply((zones) => zones[index % zones.length] ?? ""),
        // Tiers 0 and 1 grow and shrink together: the first reader is warm when it has to take over.
        promotionTier: index < 2 ? index : 15,
        publiclyAccessible: false,
        dbParameterGroupName: parameterGroup,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: true,
        applyImmediately: sizing.applyImmediately,
        // Repeated from the cluster: left out, the instance's own form means "off" and shows as drift.
        ...insights(config),
        monitoringInterval: sizing.database.monitoringIntervalSeconds,
        monitoringRoleArn: monitoring,
        tags: TAGS,
      },
      { parent: this, ...keptForGood(sizing) },
    );
  }

  /** Undefined where nothing is monitored: RDS refuses a role without an interval. */
  private monitoringRole(config: Config): pulumi.Output<string> | undefined {
    const role = new aws.iam.Role(
      "rds-monitoring",
      {
        name: config.roleName("rds-monitoring"),
        description: "Lets RDS publish operating-system metrics",
        assumeRolePolicy: trustPolicy("monitoring.rds.amazonaws.com", { accountId: config.accountId }),
        permissionsBoundary: config.security.permissionBoundaryArn,
        tags: INTERNAL,
      },
      { parent: this },
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      "rds-monitoring",
      { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole" },
      { parent: this },
    );
    if (config.sizing.database.monitoringIntervalSeconds === 0) return undefined;
    return pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);
  }
}

function insights({ sizing: { database }, security }: Config) {
  if (!database.insights) return { performanceInsightsEnabled: false };
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: security.kmsKeyArns.database,
    performanceInsightsRetentionPeriod: database.insights.retentionDays,
  };
}
