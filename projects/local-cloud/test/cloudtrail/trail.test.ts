import { cloudtrailService } from "../../src/services/cloudtrail/index.ts";
import { allow, KEY_ARN, put, putBucket, putKey, putRole } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const TRAIL = "aws:cloudtrail/trail:Trail";
const CLOUDTRAIL = "cloudtrail.amazonaws.com";
const ARN = "arn:aws:cloudtrail:us-east-1:000000000000:trail/main";
const GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:trail";
const fromTrail = { StringEquals: { "aws:SourceArn": ARN } };
const look = allow(CLOUDTRAIL, "s3:GetBucketAcl", "arn:aws:s3:::audit", fromTrail);
const write = allow(CLOUDTRAIL, "s3:PutObject", "arn:aws:s3:::audit/AWSLogs/000000000000/*", {
  StringEquals: { ...fromTrail.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
});

describe("a trail", () => {
  const world = useRecordedAccount([cloudtrailService]);
  const trail = (more: object = {}) =>
    world.resources.create(TRAIL, "main", { name: "main", s3BucketName: "audit", ...more });

  it("is made where its bucket admits it, under its ARN", async () => {
    await putBucket(world.cloud, "audit", look, write);
    expect(await trail()).toMatchObject({ id: ARN, outputs: { arn: ARN, homeRegion: "us-east-1" } });
  });

  it.each([
    ["no policy", []],
    ["no right to look", [write]],
    ["no right to write", [look]],
    ["rights of another trail", [look, { ...write, Condition: { StringEquals: { "aws:SourceArn": `${ARN}2` } } }]],
    ["rights below another account", [look, { ...write, Resource: "arn:aws:s3:::audit/AWSLogs/111111111111/*" }]],
    ["a deny for everybody", [look, write, { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "*" }]],
  ])("is refused by a bucket with %s", async (_, statements) => {
    await putBucket(world.cloud, "audit", ...statements);
    await expect(trail()).rejects.toThrow(
      "InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: audit",
    );
    expect(world.cloud.account.ofType(TRAIL)).toEqual([]);
  });

  it("is refused when its prefix is not the one that the bucket admits", async () => {
    await putBucket(world.cloud, "audit", look, write);
    await expect(trail({ s3KeyPrefix: "trail" })).rejects.toThrow("arn:aws:s3:::audit/trail/AWSLogs");
  });

  it("asks its key with its own ARN as encryption context", async () => {
    await putBucket(world.cloud, "audit", look, write);
    await expect(trail({ kmsKeyId: KEY_ARN })).rejects.toThrow("NotFoundException");
    const context = (arn: string) => ({ StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": arn } });
    const describeKey = allow(CLOUDTRAIL, "kms:DescribeKey", "*");
    await putKey(world.cloud, describeKey, allow(CLOUDTRAIL, "kms:GenerateDataKey*", "*", context(`${ARN}2`)));
    await expect(trail({ kmsKeyId: KEY_ARN })).rejects.toThrow("InsufficientEncryptionPolicyException");
    await putKey(world.cloud, describeKey, allow(CLOUDTRAIL, "kms:GenerateDataKey*", "*", context(ARN)));
    await trail({ kmsKeyId: KEY_ARN });
  });

  it("asks its log group and the role that writes there", async () => {
    await putBucket(world.cloud, "audit", look, write);
    const trusts = (service: string) => ({ ...allow(service, "sts:AssumeRole", ""), Resource: undefined });
    const writes = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${GROUP}:log-stream:*`,
    };
    const logs = (cloudWatchLogsRoleArn: string) =>
      trail({ cloudWatchLogsGroupArn: `${GROUP}:*`, cloudWatchLogsRoleArn });
    const good = await putRole(world.cloud, "good", trusts(CLOUDTRAIL), writes);
    await expect(logs(good)).rejects.toThrow("cannot validate the specified log group ARN");
    await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "trail", {}, GROUP);
    const stranger = await putRole(world.cloud, "stranger", trusts("config.amazonaws.com"), writes);
    await expect(logs(stranger)).rejects.toThrow("InvalidCloudWatchLogsRoleArnException");
    const mute = await putRole(world.cloud, "mute", trusts(CLOUDTRAIL), { ...writes, Action: "logs:CreateLogStream" });
    await expect(logs(mute)).rejects.toThrow("InvalidCloudWatchLogsLogGroupArnException: Access denied");
    await logs(good);
  });

  it.each([
    ["a short name", { name: "ab" }, "name"],
    [
      "global events left out of a trail for all Regions",
      { isMultiRegionTrail: true, includeGlobalServiceEvents: false },
      "includeGlobalServiceEvents",
    ],
    ["a log group without a role", { cloudWatchLogsGroupArn: `${GROUP}:*` }, "cloudWatchLogsRoleArn"],
    [
      "a log group's ARN without :*",
      { cloudWatchLogsGroupArn: GROUP, cloudWatchLogsRoleArn: "r" },
      "cloudWatchLogsGroupArn",
    ],
    ["a prefix that begins with a slash", { s3KeyPrefix: "/trail" }, "s3KeyPrefix"],
  ])("is refused with %s", async (_, inputs, property) => {
    const failures = await world.resources.failuresOf(TRAIL, { name: "main", s3BucketName: "audit", ...inputs });
    expect(failures).toMatchObject([{ property }]);
  });
});
