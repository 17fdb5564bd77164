// The function as Lambda runs it, in a process of its own, against a real cluster, cache and Secrets Manager.
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Redis } from "ioredis";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { elasticacheService } from "../../../local-cloud/src/services/elasticache/index.ts";
import { rdsService } from "../../../local-cloud/src/services/rds/index.ts";
import { connect, withClient, type Login } from "../../../local-cloud/test/rds/database-fixture.ts";
import { Resources } from "../../../local-cloud/test/support/resources.ts";
import { startTestCloud, type TestCloud } from "../../../local-cloud/test/support/test-cloud.ts";
import { newPassword } from "../../src/rotation/secret-values.ts";

const ENTRY = join(import.meta.dirname, "../../src/rotation/index.ts");
const RUN = `
  const { handler } = await import(process.argv[1]);
  const outcome = await handler(JSON.parse(process.argv[2]));
  console.error(JSON.stringify(outcome));`;

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

describe("the bootstrap", () => {
  let cloud: TestCloud;
  let secrets: SecretsManagerClient;
  let variables: Record<string, string>;
  let output = "";

  async function run(event: object): Promise<unknown> {
    const { issue } = cloud.credentials;
    const { accessKeyId, secretAccessKey, sessionToken } = issue("arn:aws:iam::000000000000:role/rotation");
    const env = {
      ...variables,
      PATH: process.env.PATH,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: cloud.awsEndpointUrl,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      NODE_EXTRA_CA_CERTS: cloud.certificates.caFile,
    };
    const args = ["--input-type=module", "--no-warnings", "-e", RUN, ENTRY, JSON.stringify(event)];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    output += stdout + stderr;
    return JSON.parse(stderr.trim().split("\n").at(-1)!);
  }

  const valueOf = async (name: string) => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: variables[name] }));
    return JSON.parse(SecretString!) as { username: string; password: string; host?: string; port?: number };
  };

  beforeAll(async () => {
    cloud = await startTestCloud([rdsService, elasticacheService]);
    secrets = new SecretsManagerClient(cloud.sdk);
    const cluster = await new Resources(cloud).create("aws:rds/cluster:Cluster", "records", {
      ...{
        clusterIdentifier: "records",
        engine: "aurora-postgresql",
        databaseName: "records",
        masterUsername: "srsroot",
      },
      ...{ manageMasterUserPassword: true, iamDatabaseAuthenticationEnabled: true, skipFinalSnapshot: true },
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 1 },
    });
    await new Resources(cloud).create("aws:rds/clusterInstance:ClusterInstance", "records-1", {
      ...{
        identifier: "records-1",
        clusterIdentifier: "records",
        engine: "aurora-postgresql",
        instanceClass: "db.serverless",
      },
    });
    for (const [userId, userName] of [
      ["srs-default", "default"],
      ["srs-api", "srs-api"],
      ["srs-invalidator", "srs-invalidator"],
    ]) {
      await new Resources(cloud).create("aws:elasticache/user:User", userId!, {
        ...{ userId, userName, engine: "redis", accessString: "on ~* +@read +@write +@connection" },
        authenticationMode: { type: "password", passwords: [newPassword()] },
      });
    }
    await new Resources(cloud).create("aws:elasticache/userGroup:UserGroup", "srs", {
      ...{ userGroupId: "srs", engine: "redis", userIds: ["srs-default", "srs-api", "srs-invalidator"] },
    });
    const cache = await new Resources(cloud).create("aws:elasticache/replicationGroup:ReplicationGroup", "srs-cache", {
      ...{ replicationGroupId: "srs-cache", description: "Cache", engine: "redis", nodeType: "cache.t4g.micro" },
      ...{ transitEncryptionEnabled: true, userGroupIds: ["srs"] },
    });
    const emptySecret = async (name: string) => (await secrets.send(new CreateSecretCommand({ Name: name }))).ARN!;
    variables = {
      DATABASE_HOST: cluster.outputs.endpoint as string,
      DATABASE_PORT: String(cluster.outputs.port),
      DATABASE_NAME: "records",
      DATABASE_PROXY_HOST: "127.0.0.1",
      DATABASE_PROXY_PORT: "6543",
      MASTER_SECRET_ARN: cluster.outputs.masterUserSecrets[0].secretArn as string,
      APP_SECRET_ARN_A: await emptySecret("srs/test/db/app-a"),
      APP_SECRET_ARN_B: await emptySecret("srs/test/db/app-b"),
      CACHE_API_SECRET_ARN: await emptySecret("srs/test/cache/api"),
      CACHE_INVALIDATOR_SECRET_ARN: await emptySecret("srs/test/cache/invalidator"),
      CACHE_API_USER_ID: "srs-api",
      CACHE_INVALIDATOR_USER_ID: "srs-invalidator",
      CACHE_PORT: String(cache.outputs.port),
    };
  });
  afterAll(async () => {
    secrets?.destroy();
    await cloud?.close();
  });

  const database = (user: string, password: string): Login => ({
    host: variables.DATABASE_HOST!,
    port: Number(variables.DATABASE_PORT),
    user,
    password,
  });

  it("makes roles, schemas and every missing credential, and names them without a value", async () => {
    expect(await run({ operation: "bootstrap" })).toEqual({
      created: [
        ...["role srs_owner", "role srs_app", "role srs_auditor", "schema records", "schema audit"],
        "privileges on the database",
      ],
      credentialsWritten: ["srs_app_a", "srs_app_b", "srs-api", "srs-invalidator"],
      unavailable: ["pgaudit"],
    });
  });

  it("changes nothing the second time", async () => {
    const before = [await valueOf("APP_SECRET_ARN_A"), await valueOf("CACHE_API_SECRET_ARN")];
    expect(await run({ operation: "bootstrap" })).toMatchObject({ created: [], credentialsWritten: [] });
    expect([await valueOf("APP_SECRET_ARN_A"), await valueOf("CACHE_API_SECRET_ARN")]).toEqual(before);
  });

  it("writes credentials that work, for the proxy's address", async () => {
    for (const name of ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B"]) {
      const { username, password, host, port } = await valueOf(name);
      expect({ host, port, length: password.length }).toEqual({ host: "127.0.0.1", port: 6543, length: 64 });
      await withClient(cloud, database(username, password), (client) => client.query("select 1"));
    }
    for (const name of ["CACHE_API_SECRET_ARN", "CACHE_INVALIDATOR_SECRET_ARN"]) {
      const { username, password } = await valueOf(name);
      const cache = new Redis({
        ...{ host: "127.0.0.1", port: Number(variables.CACHE_PORT), username, password, enableReadyCheck: false },
        tls: { ca: readFileSync(cloud.certificates.caFile, "utf8") },
      });
      expect(await cache.ping()).toBe("PONG");
      await cache.quit();
    }
  });

  it("gives each role what it needs and no more", async () => {
    const master = await valueOf("MASTER_SECRET_ARN");
    await withClient(cloud, database("srsroot", master.password), async (client) => {
      const { rows: schemas } = await client.query(
        "select nspname, nspowner::regrole::text as owner from pg_namespace where nspname in ('records', 'audit')",
      );
      expect(schemas.map(({ owner }) => owner)).toEqual(["srs_owner", "srs_owner"]);
      const { rows } = await client.query(
        "select rolname from pg_roles where rolname like 'srs\\_%' and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)",
      );
      expect(rows).toEqual([]);
      const { rows: iam } = await client.query(
        "select rolname from pg_roles where rolname like 'srs\\_%' and pg_has_role(oid, 'rds_iam', 'usage') order by 1",
      );
      expect(iam.map(({ rolname }) => rolname)).toEqual(["srs_auditor", "srs_owner"]);
      // What the master user took to make the schemas, it gave back.
      await expect(client.query("set role srs_owner")).rejects.toMatchObject({ code: "42501" });
    });
    const { username, password } = await valueOf("APP_SECRET_ARN_A");
    await withClient(cloud, database(username, password), async (client) => {
      await expect(client.query("create table records.mine (id int)")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("create temporary table mine (id int)")).rejects.toMatchObject({ code: "42501" });
      await expect(client.query("create table public.mine (id int)")).rejects.toMatchObject({ code: "42501" });
    });
    await expect(connect(cloud, database("srs_app", password))).rejects.toMatchObject({ code: "28P01" });
  });

  it("refuses rotation steps and unknown operations in clear words", async () => {
    await expect(run({ Step: "createSecret", SecretId: "x", ClientRequestToken: "y" })).rejects.toThrow(
      "not built yet",
    );
    await expect(run({ operation: "rotate" })).rejects.toThrow("is unknown to the rotation function");
  });

  it("lets no credential into its output, the cloud's log or the servers' logs", async () => {
    const values = await Promise.all(
      ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B", "CACHE_API_SECRET_ARN", "MASTER_SECRET_ARN"].map(valueOf),
    );
    const logs = ["rds-records-1", "elasticache-srs-cache-001"].map((name) =>
      readFileSync(join(cloud.home, "logs", `${name}.log`), "utf8"),
    );
    expect(output).toContain("bootstrap done");
    for (const text of [output, cloud.logLines.join("\n"), ...logs]) {
      for (const { password } of values) expect(text).not.toContain(password);
    }
  });
});
