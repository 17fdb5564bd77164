import { cfgService } from "../../src/services/cfg/index.ts";
import { iamService } from "../../src/services/iam/index.ts";
import { allow, KEY_ARN, put, putBucket, putKey, putRole } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";
import type { MadeResource } from "../support/resources.ts";

const RECORDER = "aws:cfg/recorder:Recorder";
const CHANNEL = "aws:cfg/deliveryChannel:DeliveryChannel";
const STATUS = "aws:cfg/recorderStatus:RecorderStatus";
const CONFIG = "config.amazonaws.com";
const ours = { StringEquals: { "aws:SourceAccount": "000000000000" } };
const bucketAllows = [
  allow(CONFIG, ["s3:GetBucketAcl", "s3:ListBucket"], "arn:aws:s3:::history", ours),
  allow(CONFIG, "s3:PutObject", "arn:aws:s3:::history/AWSLogs/000000000000/Config/*", {
    StringEquals: { ...ours.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
  }),
];

describe("the recorder of AWS Config", () => {
  const world = useRecordedAccount([cfgService, iamService]);
  const create = (token: string, name: string, inputs: object) => world.resources.create(token, name, inputs);
  const recorder = async (): Promise<MadeResource> => {
    const role = await create("aws:iam/serviceLinkedRole:ServiceLinkedRole", "config", { awsServiceName: CONFIG });
    return create(RECORDER, "main", { name: "main", roleArn: role.outputs.arn });
  };
  const channel = (more: object = {}) => create(CHANNEL, "main", { name: "main", s3BucketName: "history", ...more });
  const status = () => create(STATUS, "main", { name: "main", isEnabled: true });

  it("comes before its channel, and the channel before its start", async () => {
    await putBucket(world.cloud, "history", ...bucketAllows);
    await expect(channel()).rejects.toThrow("NoAvailableConfigurationRecorderException");
    await expect(status()).rejects.toThrow(
      "NoSuchConfigurationRecorderException: Cannot find configuration recorder with the specified name 'main'.",
    );
    expect((await recorder()).id).toBe("main");
    await expect(status()).rejects.toThrow("NoAvailableDeliveryChannelException");
    const made = await channel();
    const started = await status();
    await expect(world.resources.remove(made)).rejects.toThrow("LastDeliveryChannelDeleteFailedException");
    await world.resources.remove(started);
    await world.resources.remove(made);
  });

  it("is one, and so is its channel", async () => {
    await putBucket(world.cloud, "history", ...bucketAllows);
    const { inputs } = await recorder();
    await expect(create(RECORDER, "second", { ...inputs, name: "second" })).rejects.toThrow(
      "MaxNumberOfConfigurationRecordersExceededException",
    );
    await channel();
    await expect(create(CHANNEL, "second", { name: "second", s3BucketName: "history" })).rejects.toThrow(
      "MaxNumberOfDeliveryChannelsExceededException",
    );
  });

  it("has a role that is there", async () => {
    const roleArn = "arn:aws:iam::000000000000:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
    await expect(create(RECORDER, "main", { name: "main", roleArn })).rejects.toThrow("InvalidRoleException");
  });

  it("tries its bucket and key, and says what is missing", async () => {
    await recorder();
    await expect(channel()).rejects.toThrow(
      /InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: history.*no bucket "history"/,
    );
    await putBucket(world.cloud, "history", bucketAllows[0]!);
    await expect(channel()).rejects.toThrow("s3:PutObject");
    await putBucket(world.cloud, "history", ...bucketAllows);
    await expect(channel({ s3KeyPrefix: "elsewhere" })).rejects.toThrow("arn:aws:s3:::history/elsewhere/AWSLogs");
    await putKey(world.cloud, allow(CONFIG, "kms:GenerateDataKey*", "*", ours));
    await expect(channel({ s3KmsKeyArn: KEY_ARN })).rejects.toThrow("kms:Decrypt");
    await putKey(world.cloud, allow(CONFIG, ["kms:GenerateDataKey*", "kms:Decrypt"], "*", ours));
    expect((await channel({ s3KmsKeyArn: KEY_ARN })).id).toBe("main");
  });

  it("delivers as its role when that is not the service's own", async () => {
    await putBucket(world.cloud, "history");
    const trusted = { ...allow(CONFIG, "sts:AssumeRole", "*"), Resource: undefined };
    const write = { Effect: "Allow", Action: ["s3:PutObject", "s3:GetBucketAcl", "s3:ListBucket"], Resource: "*" };
    const roleArn = await putRole(world.cloud, "recorder", trusted, write);
    await create(RECORDER, "main", { name: "main", roleArn });
    expect((await channel()).id).toBe("main");
  });

  it("does not deliver into a bucket that locks what arrives", async () => {
    await putBucket(world.cloud, "history", ...bucketAllows);
    const rule = { defaultRetention: { mode: "GOVERNANCE", days: 1 } };
    const lock = { bucket: "history", rule };
    await put(world.cloud, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "history", lock);
    await recorder();
    await expect(channel()).rejects.toThrow("object lock with a default retention");
  });

  const roleArn = "arn:aws:iam::000000000000:role/config";
  it.each([
    [RECORDER, { roleArn: "config" }, "roleArn"],
    [
      RECORDER,
      { roleArn, recordingGroup: { allSupported: true, resourceTypes: ["AWS::S3::Bucket"] } },
      "recordingGroup",
    ],
    [
      RECORDER,
      { roleArn, recordingGroup: { allSupported: false, includeGlobalResourceTypes: true } },
      "recordingGroup",
    ],
    [RECORDER, { roleArn, recordingGroup: { recordingStrategies: [{ useOnly: "SOME" }] } }, "recordingGroup"],
    [RECORDER, { roleArn, recordingMode: { recordingFrequency: "HOURLY" } }, "recordingMode"],
    [
      CHANNEL,
      { s3BucketName: "history", snapshotDeliveryProperties: { deliveryFrequency: "Daily" } },
      "snapshotDeliveryProperties",
    ],
    [CHANNEL, { s3BucketName: "history", s3KmsKeyArn: "alias/audit" }, "s3KmsKeyArn"],
    [CHANNEL, { s3BucketName: "history", snsTopicArn: "alerts" }, "snsTopicArn"],
  ])("refuses %s %j", async (token, inputs, property) => {
    expect(await world.resources.failuresOf(token, inputs)).toMatchObject([{ property }]);
  });
});
