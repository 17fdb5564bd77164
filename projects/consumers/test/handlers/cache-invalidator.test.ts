// The handler as Lambda calls it, against a real Redis behind TLS and with the rights of its user.
import { ElastiCacheClient, ModifyUserCommand } from "@aws-sdk/client-elasticache";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Redis } from "ioredis";
import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { elasticacheService } from "../../../local-cloud/src/services/elasticache/index.ts";
import { Resources } from "../../../local-cloud/test/support/resources.ts";
import { startTestCloud, type TestCloud } from "../../../local-cloud/test/support/test-cloud.ts";
import { close, handler } from "../../src/handlers/cache-invalidator.ts";
import { recordOf, studentEvent, STUDENTS } from "../student-events.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(60_000);

const PASSWORD = "a-password-of-the-invalidator";
const ROTATED = "the-next-password-of-the-invalidator";
const READER_PASSWORD = "a-password-of-the-test-itself";

describe("the cache invalidator", () => {
  let cloud: TestCloud;
  let reader: Redis;
  let secretArn: string;
  let port: number;
  const environmentBefore = { ...process.env };
  const trustedBefore = getCACertificates("default");
  const printed: string[] = [];
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);

  beforeAll(async () => {
    cloud = await startTestCloud([elasticacheService]);
    const resources = new Resources(cloud);
    const users = [
      ["default", "off ~* -@all", "a-password-that-nobody-uses"],
      ["srs-invalidator", "on resetkeys ~*:v:* -@all +@connection +get +set +eval +evalsha +script|load", PASSWORD],
      ["test", "on ~* +@read +@write +@connection", READER_PASSWORD],
    ] as const;
    for (const [userName, accessString, password] of users) {
      await resources.create("aws:elasticache/user:User", userName, {
        ...{ userId: `srs-${userName}`, userName, accessString, engine: "redis" },
        authenticationMode: { type: "password", passwords: [password] },
      });
    }
    const userIds = users.map(([userName]) => `srs-${userName}`);
    await resources.create("aws:elasticache/userGroup:UserGroup", "srs", {
      userGroupId: "srs",
      engine: "redis",
      userIds,
    });
    const group = await resources.create("aws:elasticache/replicationGroup:ReplicationGroup", "srs-cache", {
      ...{ replicationGroupId: "srs-cache", description: "Cache", engine: "redis", nodeType: "cache.t4g.micro" },
      ...{ transitEncryptionEnabled: true, userGroupIds: ["srs"] },
    });
    port = group.outputs.port as number;

    const ca = readFileSync(cloud.certificates.caFile, "utf8");
    setDefaultCACertificates([...trustedBefore, ca]);
    reader = new Redis({
      host: "127.0.0.1",
      port,
      username: "test",
      password: READER_PASSWORD,
      tls: {},
      enableReadyCheck: false,
    });
    const secrets = new SecretsManagerClient(cloud.sdk);
    const value = JSON.stringify({ username: "srs-invalidator", password: PASSWORD });
    secretArn = (
      await secrets.send(new CreateSecretCommand({ Name: "srs/test/cache/invalidator", SecretString: value }))
    ).ARN!;
    secrets.destroy();
    Object.assign(process.env, {
      ...{ ENVIRONMENT: "test", CACHE_HOST: "127.0.0.1", CACHE_PORT: String(port), CACHE_SECRET_ARN: secretArn },
      ...{ AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: cloud.awsEndpointUrl },
      AWS_ACCESS_KEY_ID: cloud.sdk.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.sdk.credentials.secretAccessKey,
    });
  });
  afterAll(async () => {
    await close();
    reader?.disconnect();
    await cloud?.close();
    setDefaultCACertificates(trustedBefore);
    write.mockRestore();
    process.env = environmentBefore;
  });

  const [first, second] = STUDENTS as [string, string];
  const marker = (studentId: string) => reader.get(`test:v:{${studentId}}`);
  const deliver = (...events: (readonly [studentId: string, version: number])[]) =>
    handler({
      Records: events.map(([studentId, version], index) => recordOf(studentEvent(studentId, version), index)),
    });

  it("raises each student's marker to the newest version, for longer than any value lives", async () => {
    expect(await deliver([first, 3], [second, 7], [first, 4])).toEqual({ batchItemFailures: [] });
    expect([await marker(first), await marker(second)]).toEqual(["4", "7"]);
    expect(await reader.ttl(`test:v:{${first}}`)).toBeGreaterThan(3_500);
  });

  it("changes nothing when events come again or late", async () => {
    await deliver([first, 4], [first, 2]);
    expect(await marker(first)).toBe("4");
  });

  it("compares versions as numbers of any size", async () => {
    await deliver([first, 9], [first, 10], [first, 9]);
    expect(await marker(first)).toBe("10");
    await deliver([first, Number.MAX_SAFE_INTEGER]);
    expect(await marker(first)).toBe("9007199254740991");
  });

  it("reports a poison record and still raises the markers of the others", async () => {
    const poison = {
      kinesis: { sequenceNumber: "1", partitionKey: first, data: Buffer.from("planted-value").toString("base64") },
    };
    const Records = [recordOf(studentEvent(second, 8), 0), poison, recordOf(studentEvent(second, 9), 2)];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(await marker(second)).toBe("9");
  });

  it("takes the new password after a rotation, and survives a cut connection", async () => {
    const api = new ElastiCacheClient(cloud.sdk);
    await api.send(new ModifyUserCommand({ UserId: "srs-srs-invalidator", Passwords: [ROTATED] }));
    api.destroy();
    await close(); // as when the server cuts an idle connection
    expect(await deliver([second, 11])).toEqual({ batchItemFailures: [{ itemIdentifier: "0" }] });
    expect(printed.at(-1)).toContain("WRONGPASS");
    const secrets = new SecretsManagerClient(cloud.sdk);
    const value = JSON.stringify({ username: "srs-invalidator", password: ROTATED });
    await secrets.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: value }));
    secrets.destroy();
    expect(await deliver([second, 11])).toEqual({ batchItemFailures: [] });
    expect(await marker(second)).toBe("11");
  });

  it("logs counts, and nothing of a student or a credential", () => {
    const lines = printed.join("");
    expect(lines).toContain('"applied":3');
    for (const secret of [...STUDENTS, "planted-value", PASSWORD, ROTATED]) expect(lines).not.toContain(secret);
  });
});
