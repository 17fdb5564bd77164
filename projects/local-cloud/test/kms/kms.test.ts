import {
  DecryptCommand,
  DisableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { UNKNOWN } from "../../src/resource-type.ts";
import { kmsService } from "../../src/services/kms/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";

const administration = {
  Sid: "Administration",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::000000000000:root" },
  Action: "kms:*",
  Resource: "*",
};
const denyWithoutTls = {
  Sid: "DenyInsecureTransport",
  Effect: "Deny",
  Principal: "*",
  Action: "kms:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [administration, denyWithoutTls] });

describe("KMS", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let kms: KMSClient;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService]);
    resources = new Resources(cloud);
    kms = new KMSClient(cloud.sdk);
  });
  afterAll(() => cloud.close());

  it("makes a key that encrypts, under an ARN of its own form, with an alias that leads to it", async () => {
    const key = await resources.create(KEY, "records", {
      policy,
      enableKeyRotation: true,
      tags: { purpose: "records" },
    });
    expect(key.outputs.arn).toBe(`arn:aws:kms:us-east-1:000000000000:key/${key.id}`);
    const alias = await resources.create(ALIAS, "records", { name: "alias/srs-records", targetKeyId: key.id });
    expect(alias.outputs).toMatchObject({
      arn: "arn:aws:kms:us-east-1:000000000000:alias/srs-records",
      targetKeyArn: key.outputs.arn,
    });
    const Plaintext = Buffer.from("synthetic");
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: "alias/srs-records", Plaintext }));
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(decrypted.Plaintext ?? [])).toEqual(Plaintext);
    expect(decrypted.KeyId).toBe(key.outputs.arn);
  });

  it("shows no drift on what nobody touched, whatever the policy says", async () => {
    const key = await resources.create(KEY, "still", { policy, enableKeyRotation: true, rotationPeriodInDays: 180 });
    expect(await resources.read(key)).toMatchObject({
      policy,
      enableKeyRotation: true,
      rotationPeriodInDays: 180,
      isEnabled: true,
    });
  });

  it("shows a rotation that was turned off behind the back, and mends it", async () => {
    const key = await resources.create(KEY, "rotated", { policy, enableKeyRotation: true });
    await kms.send(new DisableKeyRotationCommand({ KeyId: key.id }));
    expect(await resources.read(key)).toMatchObject({ enableKeyRotation: false });
    await resources.update(key, { policy, enableKeyRotation: true });
    expect(await resources.read(key)).toMatchObject({ enableKeyRotation: true });
  });

  it("shows a key that was deleted behind the back as gone, and deletes without complaint", async () => {
    const key = await resources.create(KEY, "lost", { policy });
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }));
    expect(await resources.read(key)).toBeUndefined();
    await resources.remove(key);
  });

  it("changes policy, description and tags in place", async () => {
    const key = await resources.create(KEY, "changed", { description: "before", tags: { a: "1", b: "2" } });
    const changed = await resources.update(key, { description: "after", policy, tags: { b: "3" } });
    expect(changed.id).toBe(key.id);
    expect(await resources.read(changed)).toMatchObject({ description: "after", policy, tags: { b: "3" } });
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: key.id, PolicyName: "default" }));
    expect(Policy).toContain("aws:SecureTransport");
  });

  it("refuses a policy that locks its account out, unless the check is waived, and lets unknown ones pass", async () => {
    const foreign = { ...administration, Principal: { AWS: "arn:aws:iam::111111111111:root" } };
    const lockOut = JSON.stringify({ Version: "2012-10-17", Statement: [foreign] });
    expect(await resources.failuresOf(KEY, { policy: lockOut })).toMatchObject([{ property: "policy" }]);
    expect(await resources.failuresOf(KEY, { policy: lockOut, bypassPolicyLockoutSafetyCheck: true })).toEqual([]);
    expect(await resources.failuresOf(KEY, { policy: UNKNOWN })).toEqual([]);
  });

  it("refuses a policy that names a role which does not exist", async () => {
    const stranger = { ...administration, Sid: "Use", Principal: { AWS: "arn:aws:iam::000000000000:role/none" } };
    const naming = JSON.stringify({ Version: "2012-10-17", Statement: [administration, stranger] });
    await expect(resources.create(KEY, "naming", { policy: naming })).rejects.toThrow("one or more invalid principals");
  });

  it("moves an alias to another key in place", async () => {
    const [first, second] = [await resources.create(KEY, "a", {}), await resources.create(KEY, "b", {})];
    const alias = await resources.create(ALIAS, "moves", { name: "alias/moves", targetKeyId: first.id });
    const moved = await resources.update(alias, { name: "alias/moves", targetKeyId: second.outputs.arn });
    expect(moved.outputs.targetKeyArn).toBe(second.outputs.arn);
    expect(await resources.read(moved)).toMatchObject({ targetKeyId: second.outputs.arn });
  });
});
