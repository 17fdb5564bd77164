import {
  CancelRotateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { Rotations } from "../../src/services/secretsmanager/rotations.ts";
import { eventually } from "../support/eventually.ts";
import { startRotationWorld, TOKENS, type RotationWorld } from "./rotation-fixture.ts";

const RULES = { automaticallyAfterDays: 30, duration: "2h" };

describe("rotation of a secret", () => {
  let world: RotationWorld;
  beforeAll(async () => {
    world = await startRotationWorld();
  });
  afterAll(() => world.cloud.close());
  beforeEach(() => {
    world.mend();
    world.steps();
  });

  const describeSecret = (SecretId: string) => world.secrets.send(new DescribeSecretCommand({ SecretId }));
  const valueOf = async (SecretId: string, VersionStage?: string) =>
    (await world.secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  const scheduled = async (name: string) => {
    const secret = await world.secret(name, `first of ${name}`);
    const inputs = { secretId: secret.id, rotationLambdaArn: world.functionArn, rotationRules: RULES };
    const schedule = await world.resources.create(TOKENS.rotation, name, { ...inputs, rotateImmediately: false });
    return { secret, schedule, inputs };
  };
  const labelsOf = async (secretId: string) =>
    Object.values((await describeSecret(secretId)).VersionIdsToStages ?? {})
      .map((labels) => labels.join("+"))
      .filter((labels) => labels !== "")
      .toSorted();

  it("set up for later runs the test step alone, on a pending version that is gone afterwards", async () => {
    const { secret } = await scheduled("later");
    expect(world.steps()).toEqual(["testSecret AWSPENDING"]);
    expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT"]);
    expect(await describeSecret(secret.id)).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: world.functionArn,
      RotationRules: { AutomaticallyAfterDays: 30, Duration: "2h" },
      NextRotationDate: expect.any(Date) as Date,
    });
    expect(await describeSecret(secret.id)).not.toHaveProperty("LastRotatedDate");
  });

  it("at once runs four steps, and the labels end where AWS leaves them", async () => {
    const { secret } = await scheduled("at-once");
    world.steps();
    const { VersionId } = await world.secrets.send(new RotateSecretCommand({ SecretId: secret.id }));
    await eventually(async () => expect((await describeSecret(secret.id)).LastRotatedDate).toBeDefined());
    expect(world.steps().map((line) => line.split(" ")[0])).toEqual([
      ...["createSecret", "setSecret", "testSecret", "finishSecret"],
    ]);
    expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(await valueOf(secret.id)).toBe(`value of ${VersionId}`);
    expect(await valueOf(secret.id, "AWSPREVIOUS")).toBe("first of at-once");
  });

  it("leaves one current version when a value is put after a rotation", async () => {
    const { secret } = await scheduled("put-after");
    await world.secrets.send(new RotateSecretCommand({ SecretId: secret.id }));
    await eventually(async () => expect((await describeSecret(secret.id)).LastRotatedDate).toBeDefined());
    await world.secrets.send(new PutSecretValueCommand({ SecretId: secret.id, SecretString: "by hand" }));
    expect(await valueOf(secret.id)).toBe("by hand");
    expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
  });

  it("that fails is tried again, leaves AWSPENDING and says so, and goes on when the cause is gone", async () => {
    const { secret } = await scheduled("failing");
    world.steps();
    world.fail("setSecret");
    const rotations = new Rotations(world.cloud, { now: () => new Date(), retryAfterMs: [1, 1] });
    await rotations.rotate(secret.id, crypto.randomUUID());
    expect(world.steps().filter((line) => line.startsWith("setSecret"))).toHaveLength(3);
    expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT", "AWSPENDING"]);
    expect(await valueOf(secret.id)).toBe("first of failing");
    expect(world.cloud.logLines.at(-1)).toMatch(/failing.*setSecret is told to fail.*given up; AWSPENDING stays/);

    world.mend();
    await expect(world.secrets.send(new RotateSecretCommand({ SecretId: secret.id }))).rejects.toThrow(
      "A previous rotation isn't complete",
    );
    await eventually(async () => expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]));
  });

  it("comes when its window begins, and not before", async () => {
    const { secret } = await scheduled("due");
    world.steps();
    let now = new Date();
    const rotations = new Rotations(world.cloud, { now: () => now, retryAfterMs: [] });
    rotations.runDue();
    expect(rotations.isRotating(secret.id)).toBe(false);
    now = new Date(Date.now() + 31 * 86_400_000);
    rotations.runDue();
    await rotations.stop();
    expect(await labelsOf(secret.id)).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    expect(Date.parse(rotations.of(secret.id)?.nextRotationAt ?? "")).toBeGreaterThan(now.getTime());
  });

  it("ends with its resource, and a schedule that somebody cancelled shows as gone", async () => {
    const { secret, schedule } = await scheduled("cancelled");
    await world.secrets.send(new CancelRotateSecretCommand({ SecretId: secret.id }));
    expect((await describeSecret(secret.id)).RotationEnabled).toBe(false);
    expect(await world.resources.read(schedule)).toBeUndefined();
    await world.resources.remove(schedule);
    expect(await describeSecret(secret.id)).not.toHaveProperty("NextRotationDate");
  });

  it("is refused where the test step fails, and nothing stays pending", async () => {
    world.fail("testSecret");
    await expect(scheduled("untested")).rejects.toThrow("testSecret is told to fail");
    expect(await labelsOf("untested")).toEqual(["AWSCURRENT"]);
  });

  it("is refused without a function, without its permission, and for a secret without a value", async () => {
    const secret = await world.secret("unrotated", "first");
    const inputs = { secretId: secret.id, rotationRules: RULES };
    const create = (more: object) => world.resources.create(TOKENS.rotation, "unrotated", { ...inputs, ...more });
    await expect(create({})).rejects.toThrow("didn't include such an ARN");
    const stranger = world.functionArn.replace(":rotation", ":stranger");
    await expect(create({ rotationLambdaArn: stranger })).rejects.toThrow("does not exist");
    const empty = await world.resources.create(TOKENS.secret, "empty", { name: "empty" });
    await expect(create({ secretId: empty.id, rotationLambdaArn: world.functionArn })).rejects.toThrow("AWSCURRENT");
  });
});
