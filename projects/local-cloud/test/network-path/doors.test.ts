import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cognitoService } from "../../src/services/cognito/index.ts";
import { ec2Service } from "../../src/services/ec2/index.ts";
import { elasticacheService } from "../../src/services/elasticache/index.ts";
import { lambdaService, type LambdaService } from "../../src/services/lambda/index.ts";
import { rdsService } from "../../src/services/rds/index.ts";
import { codeFolder, functionInputs } from "../lambda/fixture.ts";
import { addSecret, CLUSTER_INPUTS, connect, masterPassword, TOKENS } from "../rds/database-fixture.ts";
import { eventually } from "../support/eventually.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { ADMINISTRATOR_ROLE, startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { PROBE } from "./probe.ts";
import { smallNetwork, type Part, type SmallNetwork } from "./small-network.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(120_000);

const SERVICES = [ec2Service, rdsService, elasticacheService, cognitoService, lambdaService];
const TARGETS = ["database", "proxy", "cache", "issuer", "sts"] as const;
type Target = (typeof TARGETS)[number];

/** One way out is for the issuer and for STS: neither has an endpoint in this network. */
const BREAKS: readonly (readonly [part: Part, targets: readonly Target[], missing: RegExp])[] = [
  ["rule app out to database", ["database"], /app \(sg-\w+\) has no egress rule for tcp 5433 to database/],
  ["rule database in from app", ["database"], /database \(sg-\w+\) has no ingress rule for tcp 5433 from app/],
  ["rule app out to proxy", ["proxy"], /app \(sg-\w+\) has no egress rule for tcp 5432 to proxy/],
  ["rule proxy in from app", ["proxy"], /proxy \(sg-\w+\) has no ingress rule for tcp 5432 from app/],
  ["rule proxy out to database", ["proxy"], /proxy \(sg-\w+\) has no egress rule for tcp 5433 to database/],
  ["rule database in from proxy", ["proxy"], /database \(sg-\w+\) has no ingress rule for tcp 5433 from proxy/],
  ["rule app out to cache", ["cache"], /app \(sg-\w+\) has no egress rule for tcp 6379 to cache/],
  ["rule cache in from app", ["cache"], /cache \(sg-\w+\) has no ingress rule for tcp 6379 from app/],
  ["rule app out to everywhere", ["issuer", "sts"], /app \(sg-\w+\) has no egress rule for tcp 443 to 0\.0\.0\.0\/0/],
  ["route of private to nat", ["issuer", "sts"], /has no route out of the VPC/],
];

describe("what a function of the network reaches", () => {
  let cloud: TestCloud;
  let network: SmallNetwork;
  let events: Readonly<Record<Target, object>>;
  let cluster: MadeResource;
  const folder = mkdtempSync(join(tmpdir(), "local-cloud-network-"));

  beforeAll(async () => {
    cloud = await startTestCloud(SERVICES);
    const resources = new Resources(cloud);
    network = await smallNetwork(resources);
    const subnetIds = await withSecondZone(resources, network);

    await resources.create(TOKENS.subnetGroup, "records", { name: "records", subnetIds });
    cluster = await resources.create(TOKENS.cluster, "records", {
      ...{ ...CLUSTER_INPUTS, dbClusterParameterGroupName: undefined },
      vpcSecurityGroupIds: [network.groupIds.database],
    });
    await resources.create(TOKENS.instance, "records-1", {
      ...{ identifier: "records-1", clusterIdentifier: cluster.id, engine: "aurora-postgresql" },
      instanceClass: "db.serverless",
    });
    const secretArn = await addSecret(cloud, "srs/db/master", { username: "srsroot", password: "never used" });
    const proxy = await resources.create(TOKENS.proxy, "records", {
      ...{ name: "records", engineFamily: "POSTGRESQL", requireTls: true, roleArn: ADMINISTRATOR_ROLE },
      auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn }],
      ...{ vpcSubnetIds: subnetIds, vpcSecurityGroupIds: [network.groupIds.proxy] },
    });
    await resources.create(TOKENS.target, "records", {
      ...{ dbProxyName: proxy.id, targetGroupName: "default", dbClusterIdentifier: cluster.id },
    });
    await resources.create("aws:elasticache/subnetGroup:SubnetGroup", "cache", { name: "cache", subnetIds });
    const cache = await resources.create("aws:elasticache/replicationGroup:ReplicationGroup", "cache", {
      ...{ replicationGroupId: "cache", description: "Cache", engine: "redis", engineVersion: "7.1" },
      ...{ nodeType: "cache.t4g.micro", numCacheClusters: 1, transitEncryptionEnabled: true },
      ...{ subnetGroupName: "cache", securityGroupIds: [network.groupIds.cache] },
    });
    const pool = await resources.create("aws:cognito/userPool:UserPool", "campus", { userPoolTier: "ESSENTIALS" });

    const code = codeFolder(folder, PROBE);
    for (const name of ["app", "job"] as const) {
      const vpcConfig = { subnetIds: [network.subnetIds.private], securityGroupIds: [network.groupIds[name]] };
      await resources.create("aws:lambda/function:Function", name, functionInputs(name, code, { vpcConfig }));
    }
    await resources.create("aws:lambda/function:Function", "outside", functionInputs("outside", code));
    const at = (endpoint: string) => ({ host: endpoint.split(":")[0], port: Number(endpoint.split(":")[1]) });
    events = {
      database: { kind: "postgres", user: "srsroot", host: cluster.outputs.endpoint, port: cluster.outputs.port },
      proxy: { kind: "postgres", user: "srsroot", ...at(proxy.outputs.endpoint as string) },
      cache: { kind: "tls", host: cache.outputs.primaryEndpointAddress, port: cache.outputs.port },
      issuer: { kind: "https", url: `https://${pool.outputs.endpoint}/.well-known/jwks.json` },
      sts: { kind: "aws", service: "sts" },
    };
  });
  afterAll(async () => {
    await cloud?.close();
    rmSync(folder, { recursive: true });
  });

  /** What one new process of a function meets. */
  async function meet(from: string, target: Target): Promise<string> {
    const lambda = cloud.service<LambdaService>("lambda");
    return JSON.parse((await lambda.invoke(from, JSON.stringify(events[target]))).payload) as string;
  }
  const closed = async (from: string): Promise<readonly Target[]> => {
    const met = await Promise.all(TARGETS.map(async (target) => [target, await meet(from, target)] as const));
    return met.flatMap(([target, answer]) => (answer === "open" ? [] : [target]));
  };
  const rejections = () => {
    const file = join(cloud.home, "logs", "network.log");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };

  it("is all that its group may reach; another group reaches nothing, and who is in no VPC everything", async () => {
    expect(await closed("app")).toEqual([]);
    expect(await closed("job")).toEqual([...TARGETS]);
    expect(await closed("outside")).toEqual([]);
  });

  it.each(BREAKS)(
    "without the %s lacks exactly %j, the log names it, and put back it is whole",
    async (part, targets, missing) => {
      const before = rejections().length;
      const putBack = await network.remove(part);
      expect(await closed("app")).toEqual(targets);
      const lines = rejections().slice(before);
      expect(lines.length).toBeGreaterThanOrEqual(targets.length);
      for (const line of lines) expect(line).toMatch(missing);
      await putBack();
      expect(await closed("app")).toEqual([]);
    },
  );

  it("tells a database client which rule is missing, in PostgreSQL's own words", async () => {
    const putBack = await network.remove("rule database in from app");
    expect(await meet("app", "database")).toMatch(
      /^refused: C08001 M.*\[app\] -> database records \[database\] tcp 5433.*has no ingress rule/,
    );
    await putBack();
  });

  it("keeps what is open when a rule goes, as AWS does, until it is cut", async () => {
    const login = {
      ...{ host: cluster.outputs.endpoint as string, port: cluster.outputs.port as number },
      ...{ user: "srsroot", password: await masterPassword({ cloud, cluster }) },
    };
    const one = { rows: [{ one: 1 }] };
    const operators = await connect(cloud, login);
    // From here on this very process stands where the application does.
    const detach = cloud.network.attach(network.place("app", "private"), () => process.pid);
    const applications = await connect(cloud, login);
    const broken = new Promise((resolve) => applications.on("error", resolve));

    const putBack = await network.remove("rule database in from app");
    expect(await applications.query("select 1 as one")).toMatchObject(one);
    expect(cloud.network.cutRefused()).toBe(1);
    await broken;
    await expect(connect(cloud, login)).rejects.toMatchObject({ code: "08001" });
    expect(await operators.query("select 1 as one")).toMatchObject(one);
    await putBack();
    detach();
    await operators.end();
  });

  it("is counted by the edges that let it pass", async () => {
    const file = join(cloud.home, "network", "exercised.json");
    await eventually(() =>
      expect(Object.keys(JSON.parse(readFileSync(file, "utf8")) as object)).toEqual([
        ...["app -> 0.0.0.0/0 tcp 443", "app -> cache tcp 6379", "app -> database tcp 5433", "app -> proxy tcp 5432"],
        "proxy -> database tcp 5433",
      ]),
    );
  });
});

/** Databases and proxies stand in two zones at least. */
async function withSecondZone(resources: Resources, network: SmallNetwork): Promise<readonly string[]> {
  const second = await resources.create("aws:ec2/subnet:Subnet", "second", {
    ...{ vpcId: network.vpcId, cidrBlock: "10.40.3.0/24", availabilityZone: "us-east-1b" },
  });
  return [network.subnetIds.isolated, second.id];
}
