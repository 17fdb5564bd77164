// A cluster behind its proxy, a cache and Secrets Manager, all real, and the function as Lambda runs it.
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { Redis } from "ioredis";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud, Service } from "../../../local-cloud/src/cloud.ts";
import { elasticacheService } from "../../../local-cloud/src/services/elasticache/index.ts";
import { lambdaService, type LambdaService } from "../../../local-cloud/src/services/lambda/index.ts";
import { rdsService } from "../../../local-cloud/src/services/rds/index.ts";
import { secretsmanagerService } from "../../../local-cloud/src/services/secretsmanager/index.ts";
import { codeFolder, functionInputs } from "../../../local-cloud/test/lambda/fixture.ts";
import { addSubnets, SUBNET_IDS, TOKENS } from "../../../local-cloud/test/rds/database-fixture.ts";
import { Resources } from "../../../local-cloud/test/support/resources.ts";
import { ADMINISTRATOR_ROLE, startTestCloud, type TestCloud } from "../../../local-cloud/test/support/test-cloud.ts";
import { newPassword } from "../../src/rotation/secret-values.ts";

const ENTRY = join(import.meta.dirname, "../../src/rotation/index.ts");

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly host?: string;
  readonly port?: number;
}

export class Place {
  readonly cloud: TestCloud;
  readonly resources: Resources;
  readonly secrets: SecretsManagerClient;
  readonly variables: Readonly<Record<string, string>>;
  readonly functionArn: string;

  constructor(parts: Pick<Place, "cloud" | "resources" | "secrets" | "variables" | "functionArn">) {
    this.cloud = parts.cloud;
    this.resources = parts.resources;
    this.secrets = parts.secrets;
    this.variables = parts.variables;
    this.functionArn = parts.functionArn;
  }

  /** @throws with the function's own message */
  async invoke(event: object): Promise<unknown> {
    const lambda = this.cloud.service<LambdaService>("lambda");
    const { payload, error } = await lambda.invoke(this.functionArn, JSON.stringify(event));
    if (error !== undefined) throw new Error(error.errorMessage);
    return JSON.parse(payload);
  }

  /** What the secret in this variable holds now. */
  async valueOf(variable: string): Promise<Login> {
    const call = new GetSecretValueCommand({ SecretId: this.variables[variable] });
    return JSON.parse((await this.secrets.send(call)).SecretString!) as Login;
  }

  /** A version as `createSecret` leaves it. */
  async pending(variable: string, token: string, value: string): Promise<void> {
    const version = { ClientRequestToken: token, SecretString: value, VersionStages: ["AWSPENDING"] };
    await this.secrets.send(new PutSecretValueCommand({ SecretId: this.variables[variable], ...version }));
  }

  /** Takes the label from a pending version, as Secrets Manager does when a rotation is over. */
  async settle(variable: string, token: string): Promise<void> {
    const stage = { VersionStage: "AWSPENDING", RemoveFromVersionId: token };
    await this.secrets.send(new UpdateSecretVersionStageCommand({ SecretId: this.variables[variable], ...stage }));
  }

  /** Everything that was written down: by the function, the cloud and the servers. */
  written(): string {
    const logs = ["rds-records-1", "elasticache-srs-cache-001"].map((name) => join("logs", `${name}.log`));
    const functionLog = join("logs", "lambda-rotation.log");
    return [...logs, functionLog]
      .map((file) => readFileSync(join(this.cloud.home, file), "utf8"))
      .concat(this.cloud.logLines)
      .join("\n");
  }

  /** A client as our applications connect: TLS, verified against the stack's authority. */
  redis({ username, password }: Login): Redis {
    return new Redis({
      ...{ host: "127.0.0.1", port: Number(this.variables.CACHE_PORT), username, password, enableReadyCheck: false },
      ...{ lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 },
      tls: { ca: readFileSync(this.cloud.certificates.caFile, "utf8") },
    });
  }

  async close(): Promise<void> {
    this.secrets.destroy();
    await this.cloud.close();
  }
}

const USERS = [
  ["srs-default", "default"],
  ["srs-api", "srs-api"],
  ["srs-invalidator", "srs-invalidator"],
] as const;

async function startCache(resources: Resources): Promise<number> {
  for (const [userId, userName] of USERS) {
    await resources.create("aws:elasticache/user:User", userId, {
      ...{ userId, userName, engine: "redis", accessString: "on ~* +@read +@write +@connection" },
      authenticationMode: { type: "password", passwords: [newPassword()] },
    });
  }
  await resources.create("aws:elasticache/userGroup:UserGroup", "srs", {
    ...{ userGroupId: "srs", engine: "redis", userIds: USERS.map(([userId]) => userId) },
  });
  const cache = await resources.create("aws:elasticache/replicationGroup:ReplicationGroup", "srs-cache", {
    ...{ replicationGroupId: "srs-cache", description: "Cache", engine: "redis", nodeType: "cache.t4g.micro" },
    ...{ transitEncryptionEnabled: true, userGroupIds: ["srs"] },
  });
  return cache.outputs.port as number;
}

async function startDatabase(cloud: TestCloud, resources: Resources, secretArns: readonly string[]) {
  await addSubnets(cloud);
  const cluster = await resources.create(TOKENS.cluster, "records", {
    ...{ clusterIdentifier: "records", engine: "aurora-postgresql", databaseName: "records" },
    ...{ masterUsername: "srsroot", manageMasterUserPassword: true, iamDatabaseAuthenticationEnabled: true },
    ...{ skipFinalSnapshot: true, serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 1 } },
  });
  await resources.create(TOKENS.instance, "records-1", {
    ...{ identifier: "records-1", clusterIdentifier: "records", engine: "aurora-postgresql" },
    instanceClass: "db.serverless",
  });
  const proxy = await resources.create(TOKENS.proxy, "records", {
    ...{ name: "records-proxy", engineFamily: "POSTGRESQL", requireTls: true, vpcSubnetIds: SUBNET_IDS },
    roleArn: ADMINISTRATOR_ROLE,
    auths: secretArns.map((secretArn) => ({
      ...{ authScheme: "SECRETS", iamAuth: "DISABLED", clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256", secretArn },
    })),
  });
  await resources.create(TOKENS.targetGroup, "records", { dbProxyName: "records-proxy" });
  await resources.create(TOKENS.target, "records", {
    ...{ dbProxyName: "records-proxy", targetGroupName: "default", dbClusterIdentifier: "records" },
  });
  const [proxyHost = "", proxyPort = ""] = String(proxy.outputs.endpoint).split(":");
  return { cluster, proxyHost, proxyPort };
}

/** @param more services that a test needs beside the usual ones */
export async function startPlace(more: readonly ((cloud: Cloud) => Service)[] = []): Promise<Place> {
  const cloud = await startTestCloud([
    ...[secretsmanagerService, rdsService, elasticacheService, ...more, lambdaService],
  ]);
  const resources = new Resources(cloud);
  const secrets = new SecretsManagerClient(cloud.sdk);
  const emptySecret = async (name: string) => (await secrets.send(new CreateSecretCommand({ Name: name }))).ARN!;
  const appA = await emptySecret("srs/test/db/app-a");
  const appB = await emptySecret("srs/test/db/app-b");
  const [{ cluster, proxyHost, proxyPort }, cachePort] = await Promise.all([
    startDatabase(cloud, resources, [appA, appB]),
    startCache(resources),
  ]);
  const variables = {
    DATABASE_HOST: cluster.outputs.endpoint as string,
    DATABASE_PORT: String(cluster.outputs.port),
    DATABASE_NAME: "records",
    DATABASE_PROXY_HOST: proxyHost,
    DATABASE_PROXY_PORT: proxyPort,
    MASTER_SECRET_ARN: cluster.outputs.masterUserSecrets[0].secretArn as string,
    APP_SECRET_ARN_A: appA,
    APP_SECRET_ARN_B: appB,
    CACHE_HOST: "127.0.0.1",
    CACHE_PORT: String(cachePort),
    CACHE_API_SECRET_ARN: await emptySecret("srs/test/cache/api"),
    CACHE_INVALIDATOR_SECRET_ARN: await emptySecret("srs/test/cache/invalidator"),
    CACHE_API_USER_ID: "srs-api",
    CACHE_INVALIDATOR_USER_ID: "srs-invalidator",
    PSEUDONYM_SALT_SECRET_ARN: await emptySecret("srs/test/pseudonym-salt"),
    CLIENT_SECRET_ARNS: await emptySecret("srs/test/clients/sis"),
  };
  const source = `export { handler } from ${JSON.stringify(ENTRY)};`;
  const made = await resources.create("aws:lambda/function:Function", "rotation", {
    ...functionInputs("rotation", codeFolder(cloud.home, source)),
    ...{ timeout: 60, environment: { variables } },
  });
  await resources.create("aws:lambda/permission:Permission", "rotation", {
    ...{ statementId: "Rotates", action: "lambda:InvokeFunction", function: "rotation" },
    ...{ principal: "secretsmanager.amazonaws.com", sourceAccount: "000000000000" },
  });
  return new Place({ cloud, resources, secrets, variables, functionArn: made.outputs.arn as string });
}
