import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { kmsService } from "../../src/services/kms/index.ts";
import { logsService } from "../../src/services/logs/index.ts";
import { allow, policyOf } from "../support/delivery.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";
import type { TestCloud } from "../support/test-cloud.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** A key's policy that lets CloudWatch Logs use it for groups of this name, and the account administer it. */
const keyPolicy = (group: string) =>
  policyOf(
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" },
    allow("logs.us-east-1.amazonaws.com", ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"], "*", {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:000000000000:log-group:${group}` },
    }),
  );

describe("log groups", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let logs: CloudWatchLogsClient;
  beforeAll(async () => {
    cloud = await startTestCloud([kmsService, logsService]);
    resources = new Resources(cloud);
    logs = new CloudWatchLogsClient(cloud.sdk);
  });
  afterAll(() => cloud.close());

  it("makes a group with a key and a retention, and shows no drift on it", async () => {
    const key = await resources.create("aws:kms/key:Key", "logs", { policy: keyPolicy("/srs/*") });
    const inputs = { name: "/srs/local/api", kmsKeyId: key.outputs.arn, retentionInDays: 400, tags: { a: "1" } };
    const group = await resources.create(LOG_GROUP, "api", inputs);
    expect(group.outputs.kmsKeyId).toBe(key.outputs.arn);
    expect(group.outputs.arn).toBe("arn:aws:logs:us-east-1:000000000000:log-group:/srs/local/api");
    expect(await resources.read(group)).toMatchObject({
      retentionInDays: 400,
      tags: { a: "1" },
    });
  });

  it("is refused under a key that does not admit it, and under one that is not there", async () => {
    const key = await resources.create("aws:kms/key:Key", "narrow", { policy: keyPolicy("/srs/*") });
    const group = (kmsKeyId: unknown) => resources.create(LOG_GROUP, "outside", { name: "outside", kmsKeyId });
    await expect(group(key.outputs.arn)).rejects.toThrow(
      "AccessDeniedException: The specified KMS Key Id could not be found or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:000000000000:log-group:outside'",
    );
    await expect(group("arn:aws:kms:us-east-1:000000000000:key/none")).rejects.toThrow("NotFoundException");
  });

  it("changes retention, key and tags in place", async () => {
    const key = await resources.create("aws:kms/key:Key", "other", { policy: keyPolicy("changed") });
    const group = await resources.create(LOG_GROUP, "changed", {
      name: "changed",
      retentionInDays: 7,
      tags: { a: "1" },
    });
    const changed = await resources.update(group, {
      name: "changed",
      retentionInDays: 14,
      kmsKeyId: key.outputs.arn,
      tags: { a: "2" },
    });
    expect(await resources.read(changed)).toMatchObject({
      retentionInDays: 14,
      tags: { a: "2" },
    });
  });

  it("shows what was changed or deleted behind the back", async () => {
    const group = await resources.create(LOG_GROUP, "drifts", { name: "drifts", retentionInDays: 7 });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: "drifts", retentionInDays: 1 }));
    expect(await resources.read(group)).toMatchObject({ retentionInDays: 1 });
    await logs.send(new DeleteLogGroupCommand({ logGroupName: "drifts" }));
    expect(await resources.read(group)).toBeUndefined();
    await resources.remove(group);
  });

  it("keeps a group that is protected from deletion", async () => {
    const group = await resources.create(LOG_GROUP, "kept", { name: "kept", deletionProtectionEnabled: true });
    await expect(resources.remove(group)).rejects.toThrow("deletion protection");
    expect(await resources.read(group)).toBeDefined();
  });

  it("refuses a retention that CloudWatch Logs does not offer", async () => {
    expect(await resources.failuresOf(LOG_GROUP, { name: "a", retentionInDays: 8 })).toMatchObject([
      { property: "retentionInDays" },
    ]);
  });
});
