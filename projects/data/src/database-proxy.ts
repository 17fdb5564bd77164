import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hostAndPort, policyDocument, tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";
import type { Database } from "./database.ts";
import type { SecretArns } from "./secrets.ts";

/** The proxy listens here whatever the cluster's port is; an endpoint that carries a port of its own says so. */
const PROXY_PORT = 5432;
const INTERNAL = tagsFor({ classification: "internal", retention: "none" });

export interface DatabaseProxyArgs {
  config: Config;
  secretArns: SecretArns;
}

/** Pools connections and survives a failover of the cluster. Knows both application logins, so either may rotate. */
export class DatabaseProxy extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Complete once the proxy has been opened to its cluster. */
  published!: Record<"proxyEndpoint" | "proxyReadEndpoint" | "proxyName", pulumi.Output<string>> &
    Record<"proxyPort" | "proxyReadPort", pulumi.Output<number>>;
  /** Once it is there, somebody can log in. */
  target!: aws.rds.ProxyTarget;
  private readonly proxy: aws.rds.Proxy;
  private readonly config: Config;

  constructor(name: string, { config, secretArns }: DatabaseProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:data:DatabaseProxy", name, {}, opts);
    this.config = config;
    const role = this.createRole(config, secretArns);
    const auth = (secretArn: pulumi.Input<string>, description: string) => ({
      authScheme: "SECRETS",
      iamAuth: "DISABLED",
      clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256",
      secretArn,
      description,
    });
    this.proxy = new aws.rds.Proxy(
      "records",
      {
        name: config.name("records-proxy", "rds"),
        engineFamily: "POSTGRESQL",
        requireTls: true,
        idleClientTimeout: 900,
        // It would log statements, values included.
        debugLogging: false,
        auths: [
          auth(secretArns.dbAppA, "First application login"),
          auth(secretArns.dbAppB, "Second application login"),
        ],
        roleArn: role.arn,
        vpcSubnetIds: config.network.isolatedSubnetIds,
        vpcSecurityGroupIds: [config.network.securityGroupIds.dbProxy],
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: [role.policy] },
    );
    const endpoint = this.proxy.endpoint.apply((address) => hostAndPort(address, PROXY_PORT));
    this.host = endpoint.host;
    this.port = endpoint.port;
    this.registerOutputs({ endpoint: this.proxy.endpoint });
  }

  /**
   * Registers the cluster: from now on the proxy connects, so the logins must have their values.
   * They name the proxy as their host, which is why it exists before them.
   */
  openTo(database: Database, credentials: pulumi.Resource): void {
    const { config, proxy } = this;
    const group = new aws.rds.ProxyDefaultTargetGroup(
      "records",
      {
        dbProxyName: proxy.name,
        connectionPoolConfig: {
          maxConnectionsPercent: config.sizing.database.proxyMaxConnectionsPercent,
          maxIdleConnectionsPercent: 40,
          connectionBorrowTimeout: 5,
        },
      },
      { parent: this },
    );
    const target = new aws.rds.ProxyTarget(
      "records",
      { dbProxyName: proxy.name, targetGroupName: group.name, dbClusterIdentifier: database.cluster.clusterIdentifier },
      { parent: this, dependsOn: [database.writer, credentials] },
    );
    this.target = target;
    const readEndpoint = new aws.rds.ProxyEndpoint(
      "records-read",
      {
        dbProxyName: proxy.name,
        dbProxyEndpointName: config.name("records-read", "rds"),
        targetRole: "READ_ONLY",
        vpcSubnetIds: config.network.isolatedSubnetIds,
        vpcSecurityGroupIds: [config.network.securityGroupIds.dbProxy],
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: [target] },
    );
    const read = readEndpoint.endpoint.apply((address) => hostAndPort(address, PROXY_PORT));
    this.published = {
      proxyEndpoint: this.host,
      proxyPort: this.port,
      proxyReadEndpoint: read.host,
      proxyReadPort: read.port,
      proxyName: proxy.name,
    };
  }

  private createRole(config: Config, secretArns: SecretArns) {
    const { region, security } = config;
    const role = new aws.iam.Role(
      "db-proxy",
      {
        name: config.roleName("db-proxy"),
        description: "Lets the database proxy read the application logins",
        assumeRolePolicy: trustPolicy("rds.amazonaws.com", { accountId: config.accountId }),
        permissionsBoundary: security.permissionBoundaryArn,
        tags: INTERNAL,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      "db-proxy",
      {
        role: role.name,
        policy: policyDocument([
          {
            Sid: "ReadLogins",
            Effect: "Allow",
            Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            Resource: [secretArns.dbAppA, secretArns.dbAppB],
          },
          {
            Sid: "OpenThem",
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: security.kmsKeyArns.secrets,
            Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
          },
        ]),
      },
      { parent: this },
    );
    return { arn: role.arn, policy };
  }
}
