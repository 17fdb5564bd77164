// A cluster with a writer and a reader, behind a proxy, in a cloud of its own.
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { readFileSync } from "node:fs";
import pg from "pg";
import { rdsService } from "../../src/services/rds/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { ADMINISTRATOR_ROLE, startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

export const TOKENS = {
  subnetGroup: "aws:rds/subnetGroup:SubnetGroup",
  clusterParameterGroup: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  cluster: "aws:rds/cluster:Cluster",
  instance: "aws:rds/clusterInstance:ClusterInstance",
  proxy: "aws:rds/proxy:Proxy",
  targetGroup: "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
  target: "aws:rds/proxyTarget:ProxyTarget",
  proxyEndpoint: "aws:rds/proxyEndpoint:ProxyEndpoint",
};

export const SUBNET_IDS = ["subnet-0a", "subnet-0b"];

export const CLUSTER_INPUTS = {
  clusterIdentifier: "records",
  engine: "aurora-postgresql",
  engineVersion: "17",
  databaseName: "records",
  masterUsername: "srsroot",
  manageMasterUserPassword: true,
  iamDatabaseAuthenticationEnabled: true,
  storageEncrypted: true,
  port: 5433,
  skipFinalSnapshot: true,
  dbSubnetGroupName: "records",
  dbClusterParameterGroupName: "records",
  serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 1 },
};

export const PARAMETERS = [
  { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
  { name: "statement_timeout", value: "5000", applyMethod: "immediate" },
  { name: "shared_preload_libraries", value: "pg_stat_statements,pgaudit", applyMethod: "pending-reboot" },
  { name: "pgaudit.log", value: "ddl", applyMethod: "immediate" },
  { name: "ssl_min_protocol_version", value: "TLSv1.2", applyMethod: "immediate" },
];

export interface Database {
  readonly cloud: TestCloud;
  readonly parameterGroup: MadeResource;
  readonly cluster: MadeResource;
  readonly writer: MadeResource;
  readonly reader: MadeResource;
}

export async function addSubnets(cloud: TestCloud): Promise<void> {
  for (const [index, id] of SUBNET_IDS.entries()) {
    const outputs = { vpcId: "vpc-0", availabilityZone: `us-east-1${"ab"[index]}`, cidrBlock: `10.0.${index}.0/24` };
    await cloud.account.put({ urn: `urn:${id}`, type: "aws:ec2/subnet:Subnet", id, inputs: outputs, outputs }, []);
  }
}

export async function startDatabase(): Promise<Database> {
  const cloud = await startTestCloud([rdsService]);
  await addSubnets(cloud);
  await new Resources(cloud).create(TOKENS.subnetGroup, "records", { name: "records", subnetIds: SUBNET_IDS });
  const parameterGroup = await new Resources(cloud).create(TOKENS.clusterParameterGroup, "records", {
    name: "records",
    family: "aurora-postgresql17",
    parameters: PARAMETERS,
  });
  const cluster = await new Resources(cloud).create(TOKENS.cluster, "records", CLUSTER_INPUTS);
  const instance = (identifier: string) =>
    new Resources(cloud).create(TOKENS.instance, identifier, {
      identifier,
      clusterIdentifier: cluster.id,
      engine: "aurora-postgresql",
      instanceClass: "db.serverless",
    });
  const writer = await instance("records-1");
  const reader = await instance("records-2");
  return { cloud, parameterGroup, cluster, writer, reader };
}

export async function masterPassword({ cloud, cluster }: Pick<Database, "cloud" | "cluster">): Promise<string> {
  const client = new SecretsManagerClient(cloud.sdk);
  const { SecretString } = await client.send(
    new GetSecretValueCommand({ SecretId: cluster.outputs.masterUserSecrets[0].secretArn as string }),
  );
  client.destroy();
  return (JSON.parse(SecretString!) as { password: string }).password;
}

export async function addSecret(cloud: TestCloud, name: string, value: object): Promise<string> {
  const client = new SecretsManagerClient(cloud.sdk);
  const { ARN } = await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }));
  client.destroy();
  return ARN!;
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database?: string;
}

/** A role that a registered secret names. */
export const APPLICATION = { user: "srs_app_a", password: "a-password-of-the-application" };

export interface ProxyLogins {
  readonly readWrite: Login;
  readonly readOnly: Login;
}

/** A proxy with a read-only endpoint in front of the cluster, for the role APPLICATION. */
export async function addProxy({ cloud, cluster }: Pick<Database, "cloud" | "cluster">): Promise<ProxyLogins> {
  const { user, password } = APPLICATION;
  const secretArn = await addSecret(cloud, "srs/db/app-a", { username: user, password });
  const proxy = await new Resources(cloud).create(TOKENS.proxy, "records", {
    name: "records",
    engineFamily: "POSTGRESQL",
    requireTls: true,
    roleArn: ADMINISTRATOR_ROLE,
    vpcSubnetIds: SUBNET_IDS,
    auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn }],
  });
  await new Resources(cloud).create(TOKENS.targetGroup, "records", {
    dbProxyName: proxy.id,
    connectionPoolConfig: { connectionBorrowTimeout: 30 },
  });
  await new Resources(cloud).create(TOKENS.target, "records", {
    dbProxyName: proxy.id,
    targetGroupName: "default",
    dbClusterIdentifier: cluster.id,
  });
  const readOnly = await new Resources(cloud).create(TOKENS.proxyEndpoint, "records-read", {
    dbProxyName: proxy.id,
    dbProxyEndpointName: "records-read",
    vpcSubnetIds: SUBNET_IDS,
    targetRole: "READ_ONLY",
  });
  const at = (endpoint: string): Login => {
    const [host, port] = endpoint.split(":") as [string, string];
    return { host, port: Number(port), user, password };
  };
  return { readWrite: at(proxy.outputs.endpoint as string), readOnly: at(readOnly.outputs.endpoint as string) };
}

/** A client as our applications connect: TLS, verified against the stack's authority. */
export async function connect(
  cloud: TestCloud,
  login: Login,
  overrides: Partial<pg.ClientConfig> = {},
): Promise<pg.Client> {
  const client = new pg.Client({
    database: "records",
    ...login,
    ssl: { ca: readFileSync(cloud.certificates.caFile, "utf8") },
    ...overrides,
  });
  await client.connect();
  return client;
}

export async function withClient<Result>(
  cloud: TestCloud,
  login: Login,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(cloud, login);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
