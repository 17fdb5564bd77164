import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { CACHE_FAMILY, CACHE_PARAMETERS, CACHE_USERS } from "./cache-rules.ts";
import { serviceLogGroup } from "./log-group.ts";
import { keptByEngine } from "./protection.ts";

const INTERNAL = tagsFor({ classification: "internal", retention: "none" });

/** Redis: copies of records, each dead as soon as its record changes. TLS and a user of its own for every caller. */
export class Cache extends pulumi.ComponentResource {
  readonly group: aws.elasticache.ReplicationGroup;
  readonly apiUserId: pulumi.Output<string>;
  readonly invalidatorUserId: pulumi.Output<string>;
  readonly published;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:Cache", name, {}, opts);
    const users = {
      default: this.createUser(config, "default"),
      api: this.createUser(config, "api"),
      invalidator: this.createUser(config, "invalidator"),
    };
    this.group = this.createGroup(config, Object.values(users));
    this.apiUserId = users.api.userId;
    this.invalidatorUserId = users.invalidator.userId;
    this.published = {
      replicationGroupId: this.group.replicationGroupId,
      primaryEndpoint: this.group.primaryEndpointAddress,
      readerEndpoint: this.group.readerEndpointAddress,
      port: this.group.port.apply((port) => port ?? 6379),
      apiUser: users.api.userName,
      invalidatorUser: users.invalidator.userName,
    };
    this.registerOutputs({ group: this.group.id });
  }

  private createUser(config: Config, purpose: keyof typeof CACHE_USERS): aws.elasticache.User {
    const { userName, accessString } = CACHE_USERS[purpose];
    // A throw-away: the bootstrap sets the real one at the service itself, so the value in the state opens nothing.
    const password = aws.secretsmanager.getRandomPasswordOutput(
      { passwordLength: 64, excludePunctuation: true },
      { parent: this },
    );
    return new aws.elasticache.User(
      purpose,
      {
        userId: config.name(purpose, "elasticache"),
        userName,
        engine: "redis",
        accessString,
        authenticationMode: { type: "password", passwords: [pulumi.secret(password.randomPassword)] },
        tags: tagsFor({ classification: "credential", retention: "none" }),
      },
      // The password is the bootstrap's and the rotation's from the first deployment on.
      { parent: this, ignoreChanges: ["passwords", "authenticationMode"] },
    );
  }

  private createGroup(config: Config, users: readonly aws.elasticache.User[]): aws.elasticache.ReplicationGroup {
    const { sizing, security, network } = config;
    const identifier = config.name("cache", "elasticache");
    const child = { parent: this };
    const userGroup = new aws.elasticache.UserGroup(
      "cache",
      { userGroupId: identifier, engine: "redis", userIds: users.map(({ userId }) => userId), tags: INTERNAL },
      child,
    );
    const subnets = new aws.elasticache.SubnetGroup(
      "cache",
      { name: identifier, description: "Isolated subnets", subnetIds: network.isolatedSubnetIds, tags: INTERNAL },
      child,
    );
    const parameters = new aws.elasticache.ParameterGroup(
      "cache",
      {
        name: identifier,
        family: CACHE_FAMILY,
        description: "Record cache",
        parameters: [...CACHE_PARAMETERS],
        tags: INTERNAL,
      },
      child,
    );
    const logs = (["slow-log", "engine-log"] as const).map((type) => ({ type, ...this.createLog(config, type) }));
    return new aws.elasticache.ReplicationGroup(
      "cache",
      {
        replicationGroupId: identifier,
        description: "Record cache of the student-records platform",
        engine: "redis",
        engineVersion: "7.1",
        clusterMode: "disabled",
        nodeType: sizing.cache.nodeType,
        numCacheClusters: sizing.cache.nodes,
        multiAzEnabled: true,
        automaticFailoverEnabled: true,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        atRestEncryptionEnabled: true,
        kmsKeyId: security.kmsKeyArns.cache,
        userGroupIds: [userGroup.userGroupId],
        subnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        securityGroupIds: [network.securityGroupIds.cache],
        autoMinorVersionUpgrade: true,
        snapshotRetentionLimit: sizing.cache.snapshotRetentionDays,
        snapshotWindow: "06:00-07:00",
        maintenanceWindow: "sun:09:00-sun:10:00",
        logDeliveryConfigurations: logs.map(({ type, group }) => ({
          destination: group.name,
          destinationType: "cloudwatch-logs",
          logFormat: "json",
          logType: type,
        })),
        applyImmediately: sizing.applyImmediately,
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: logs.map(({ policy }) => policy), ...keptByEngine(sizing) },
    );
  }

  private createLog(config: Config, type: string) {
    const group = serviceLogGroup(
      config,
      { purpose: `cache-${type}`, name: config.name(`cache/${type}`, "logGroup") },
      { parent: this },
    );
    // On the group itself: an account has room for ten policies that name no group.
    const policy = new aws.cloudwatch.LogResourcePolicy(
      `cache-${type}`,
      {
        resourceArn: group.arn,
        policyDocument: policyDocument([
          {
            Sid: "CacheDelivers",
            Effect: "Allow",
            Principal: { Service: "delivery.logs.amazonaws.com" },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${group.arn}:*`,
            Condition: { StringEquals: { "aws:SourceAccount": config.accountId } },
          },
        ]),
      },
      { parent: this },
    );
    return { group, policy };
  }
}
