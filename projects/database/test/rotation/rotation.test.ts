// Every kind of secret, rotated by Secrets Manager with the function as Lambda runs it, against real servers.
import { DescribeSecretCommand, GetSecretValueCommand, RotateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { withClient } from "../../../local-cloud/test/rds/database-fixture.ts";
import { eventually } from "../../../local-cloud/test/support/eventually.ts";
import { type Login, type Place, startPlace } from "./place.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(90_000);

const SCHEDULE = { ScheduleExpression: "cron(0 8 1 * ? *)", Duration: "2h" };

describe("rotation", () => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace();
    await place.invoke({ operation: "bootstrap" });
  });
  afterAll(() => place?.close());

  const arnOf = (variable: string) => place.variables[variable]!;
  const describeSecret = (variable: string) =>
    place.secrets.send(new DescribeSecretCommand({ SecretId: arnOf(variable) }));
  const schedule = (variable: string) =>
    place.secrets.send(
      new RotateSecretCommand({
        ...{ SecretId: arnOf(variable), RotationLambdaARN: place.functionArn, RotationRules: SCHEDULE },
        RotateImmediately: false,
      }),
    );
  const rotate = async (variable: string) => {
    const before = (await describeSecret(variable)).LastRotatedDate?.getTime() ?? 0;
    await place.secrets.send(new RotateSecretCommand({ SecretId: arnOf(variable) }));
    await eventually(
      async () => expect((await describeSecret(variable)).LastRotatedDate?.getTime() ?? 0).toBeGreaterThan(before),
      30_000,
    );
  };
  const refusal = (text: string) =>
    eventually(() => expect(place.cloud.logLines.some((line) => line.includes(text))).toBe(true));
  const logIn = (port: string, { username: user, password }: Login) =>
    withClient(place.cloud, { host: "127.0.0.1", port: Number(port), user, password }, (client) =>
      client.query("select 1"),
    );
  const throughProxy = (login: Login) => logIn(arnOf("DATABASE_PROXY_PORT"), login);
  const idleLogin = async () => {
    const dates = await Promise.all(
      ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B"].map(
        async (name) => (await place.secrets.send(new GetSecretValueCommand({ SecretId: arnOf(name) }))).CreatedDate!,
      ),
    );
    return dates[1]! > dates[0]! ? ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B"] : ["APP_SECRET_ARN_B", "APP_SECRET_ARN_A"];
  };

  it.each([
    "APP_SECRET_ARN_A",
    "APP_SECRET_ARN_B",
    "CACHE_API_SECRET_ARN",
    "PSEUDONYM_SALT_SECRET_ARN",
    "CLIENT_SECRET_ARNS",
  ])("of %s can be set up as soon as the bootstrap is over, and changes nothing by that", async (name) => {
    const before = await place.valueOf(name);
    await schedule(name);
    expect(await place.valueOf(name)).toEqual(before);
    expect(Object.values((await describeSecret(name)).VersionIdsToStages!).flat()).not.toContain("AWSPENDING");
  });

  it("gives the idle login another password, by which it becomes the one in use; the other goes on", async () => {
    const [idle, used] = (await idleLogin()) as [string, string];
    const before = { idle: await place.valueOf(idle), used: await place.valueOf(used) };
    await rotate(idle);
    const after = await place.valueOf(idle);
    expect(after).toEqual({ ...before.idle, password: after.password });
    expect(after.password).not.toBe(before.idle.password);
    await throughProxy(after);
    await throughProxy(before.used);
    await expect(throughProxy(before.idle)).rejects.toMatchObject({ code: "28P01" });
    expect(await idleLogin()).toEqual([used, idle]);
  });

  it("leaves the login in use alone, and says which one may rotate", async () => {
    const [idle, used] = (await idleLogin()) as [string, string];
    const before = await place.valueOf(used);
    await place.secrets.send(new RotateSecretCommand({ SecretId: arnOf(used) }));
    await refusal("is the login that the applications use");
    await throughProxy(before);
    // What was refused goes on by itself once the other has been rotated.
    await rotate(idle);
    await eventually(async () => expect((await place.valueOf(used)).password).not.toBe(before.password), 30_000);
    await throughProxy(await place.valueOf(used));
  });

  it("keeps the former password of a cache user good until the next rotation, and no longer", async () => {
    const name = "CACHE_API_SECRET_ARN";
    const pings = async (login: Login) => {
      const redis = place.redis(login);
      redis.on("error", () => undefined);
      try {
        await redis.connect();
        return await redis.ping();
      } catch {
        return "refused";
      } finally {
        redis.disconnect();
      }
    };
    const first = await place.valueOf(name);
    await rotate(name);
    const second = await place.valueOf(name);
    expect([await pings(first), await pings(second)]).toEqual(["PONG", "PONG"]);
    await rotate(name);
    const third = await place.valueOf(name);
    expect([await pings(first), await pings(second), await pings(third)]).toEqual(["refused", "PONG", "PONG"]);
  });

  it("adds a salt and keeps those before, because pseudonyms of theirs are out", async () => {
    const name = "PSEUDONYM_SALT_SECRET_ARN";
    const read = async () =>
      (await place.valueOf(name)) as unknown as { version: number; salts: Record<string, string> };
    const before = await read();
    await rotate(name);
    const after = await read();
    expect(after.version).toBe(before.version + 1);
    expect(after.salts).toMatchObject(before.salts);
    expect(new Set(Object.values(after.salts)).size).toBe(after.version);
  });

  it("does each step again without harm, even after the last one", async () => {
    const [idle] = (await idleLogin()) as [string, string];
    await rotate(idle);
    const { VersionIdsToStages = {} } = await describeSecret(idle);
    const [current = ""] = Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes("AWSCURRENT"))!;
    const before = await place.valueOf(idle);
    for (const Step of ["createSecret", "setSecret", "testSecret", "finishSecret"])
      await place.invoke({ Step, SecretId: arnOf(idle), ClientRequestToken: current });
    expect(await place.valueOf(idle)).toEqual(before);
    await throughProxy(before);

    const [other] = (await idleLogin()) as [string, string];
    const pending = await place.valueOf(other);
    const token = crypto.randomUUID();
    await place.pending(other, token, JSON.stringify({ ...pending, password: "p".repeat(64) }));
    for (const Step of ["createSecret", "setSecret", "setSecret", "testSecret", "testSecret", "finishSecret"])
      await place.invoke({ Step, SecretId: arnOf(other), ClientRequestToken: token });
    expect((await place.valueOf(other)).password).toBe("p".repeat(64));
    await throughProxy(await place.valueOf(other));
    await place.settle(other, token);
  });

  it("follows a rotation of the master password", async () => {
    await place.secrets.send(
      new RotateSecretCommand({ SecretId: arnOf("MASTER_SECRET_ARN"), RotationRules: { AutomaticallyAfterDays: 7 } }),
    );
    await eventually(async () => expect((await describeSecret("MASTER_SECRET_ARN")).LastRotatedDate).toBeDefined());
    const [idle] = (await idleLogin()) as [string, string];
    await rotate(idle);
    await throughProxy(await place.valueOf(idle));
  });

  it("writes step, secret and version down, and no value", async () => {
    const written = place.written();
    for (const fact of ["rotation step done", '"step":"setSecret"', '"secret":"srs/test/db/app-a"', '"version":'])
      expect(written).toContain(fact);
    const names = ["APP_SECRET_ARN_A", "APP_SECRET_ARN_B", "CACHE_API_SECRET_ARN", "MASTER_SECRET_ARN"];
    for (const { password } of await Promise.all(names.map((name) => place.valueOf(name))))
      expect(written).not.toContain(password);
  });
});
