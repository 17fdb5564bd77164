import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { kmsService } from "../../src/services/kms/index.ts";
import { secretsmanagerService } from "../../src/services/secretsmanager/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy";

const statement = (principal: unknown) => ({
  Effect: "Allow",
  Principal: principal,
  Action: "secretsmanager:GetSecretValue",
  Resource: "*",
});
const policy = (principal: unknown) => JSON.stringify({ Version: "2012-10-17", Statement: [statement(principal)] });
const readers = policy({ AWS: "arn:aws:iam::000000000000:role/api-task" });

describe("Secrets Manager", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let secrets: SecretsManagerClient;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, secretsmanagerService]);
    resources = new Resources(cloud);
    secrets = new SecretsManagerClient(cloud.sdk);
  });
  afterAll(() => cloud.close());

  it("makes a secret under a customer's key, whose value a task can read and no file holds", async () => {
    const key = await resources.create("aws:kms/key:Key", "secrets", {});
    const inputs = { name: "srs/local/app", kmsKeyId: key.outputs.arn, recoveryWindowInDays: 0, tags: { a: "1" } };
    const secret = await resources.create(SECRET, "app", inputs);
    expect(secret.id).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:srs\/local\/app-[A-Za-z0-9]{6}$/);
    const planted = "planted-value-7c1f";
    await secrets.send(new PutSecretValueCommand({ SecretId: secret.id, SecretString: planted }));
    expect(await secrets.send(new GetSecretValueCommand({ SecretId: secret.id }))).toMatchObject({
      SecretString: planted,
    });
    expect(await resources.read(secret)).toMatchObject({
      name: inputs.name,
      kmsKeyId: inputs.kmsKeyId,
      tags: inputs.tags,
    });
    const files = readdirSync(cloud.home, { recursive: true, encoding: "utf8" }).map((name) => join(cloud.home, name));
    const holding = files.filter((file) => statSync(file).isFile() && readFileSync(file, "utf8").includes(planted));
    expect(files.length).toBeGreaterThan(3);
    expect(holding).toEqual([]);
  });

  it("refuses a key that is not there", async () => {
    const kmsKeyId = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000";
    await expect(resources.create(SECRET, "keyless", { name: "keyless", kmsKeyId })).rejects.toThrow("NotFound");
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: "keyless" }))).rejects.toThrow();
  });

  it("shows a secret deleted behind the back as gone, with its policy", async () => {
    const secret = await resources.create(SECRET, "lost", { name: "lost" });
    const attached = await resources.create(POLICY, "lost", { secretArn: secret.id, policy: readers });
    expect(await resources.read(attached)).toMatchObject({ policy: readers });
    await secrets.send(new DeleteSecretCommand({ SecretId: secret.id }));
    expect(await resources.read(secret)).toBeUndefined();
    expect(await resources.read(attached)).toBeUndefined();
    await resources.remove(attached);
    await resources.remove(secret);
  });

  it("shows a policy that was widened behind the back, and takes it away with its resource", async () => {
    const secret = await resources.create(SECRET, "widened", { name: "widened" });
    const attached = await resources.create(POLICY, "widened", { secretArn: secret.id, policy: readers });
    const wide = policy({ AWS: "arn:aws:iam::111111111111:root" });
    await secrets.send(new PutResourcePolicyCommand({ SecretId: secret.id, ResourcePolicy: wide }));
    expect(await resources.read(attached)).toMatchObject({ policy: wide });
    await resources.remove(attached);
    expect(await resources.read(attached)).toBeUndefined();
  });

  it("refuses a public policy where that is blocked, and only there", async () => {
    const inputs = { secretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:x", policy: policy("*") };
    expect(await resources.failuresOf(POLICY, { ...inputs, blockPublicPolicy: true })).toMatchObject([
      { property: "policy", reason: expect.stringContaining("PublicPolicyException") as string },
    ]);
    expect(await resources.failuresOf(POLICY, inputs)).toEqual([]);
  });

  it("makes random passwords of the wanted length and kind", async () => {
    const [fn] = secretsmanagerService(cloud).functions ?? [];
    const { randomPassword } = (await fn?.invoke({ passwordLength: 40, excludePunctuation: true }, cloud)) ?? {};
    expect(randomPassword).toMatch(/^[A-Za-z0-9]{40}$/);
  });
});
