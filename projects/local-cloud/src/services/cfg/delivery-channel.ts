import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { onePerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties } from "../../resource-type.ts";
import {
  bucketKey,
  bucketRefusal,
  encryptedUnder,
  keyRefusal,
  OWNED_BY_BUCKET,
  roleCaller,
  serviceCaller,
} from "../iam/service-grants.ts";
import { locksByDefault } from "../s3/object-lock.ts";
import { DELIVERY_CHANNEL, FREQUENCIES, RECORDER, RECORDER_STATUS } from "./tokens.ts";

/** Where AWS Config delivers histories and snapshots; it tries to write there at once. */
export const deliveryChannel = recordedType({
  token: DELIVERY_CHANNEL,
  id: ({ name }) => name,
  replaceOnChanges: ["name"],
  autoName: "name",
  check: ({ name, snapshotDeliveryProperties, s3KmsKeyArn, snsTopicArn }) =>
    failures((refuse) => {
      if (known(name) && (name.length < 1 || name.length > 256))
        refuse("name", `InvalidDeliveryChannelNameException: "${name}" must have 1 to 256 characters`);
      const frequency: unknown = known(snapshotDeliveryProperties) && snapshotDeliveryProperties.deliveryFrequency;
      if (typeof frequency === "string" && !FREQUENCIES.includes(frequency))
        refuse(
          "snapshotDeliveryProperties",
          `ValidationException: deliveryFrequency "${frequency}" is none of ${FREQUENCIES.join(", ")}`,
        );
      if (known(s3KmsKeyArn) && !/^arn:aws:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/.test(s3KmsKeyArn))
        refuse("s3KmsKeyArn", `InvalidS3KmsKeyArnException: "${s3KmsKeyArn}" is no ARN of a KMS key`);
      if (known(snsTopicArn) && !/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(snsTopicArn))
        refuse("snsTopicArn", `InvalidSNSTopicARNException: "${snsTopicArn}" is no ARN of an SNS topic`);
    }),
  conflict: (inputs, cloud, self) => {
    if (cloud.account.ofType(RECORDER).length === 0)
      return "NoAvailableConfigurationRecorderException: Configuration recorder is not available to put delivery channel.";
    return onlyChannel(inputs, cloud, self) ?? lockRefusal(inputs, cloud) ?? deliveryRefusal(inputs, cloud);
  },
  inUse: ({ id }, cloud) =>
    cloud.account.ofType(RECORDER_STATUS).some(({ inputs }) => inputs.isEnabled === true)
      ? `LastDeliveryChannelDeleteFailedException: Failed to delete last specified delivery channel with name '${id}', ` +
        `because there is a running configuration recorder.`
      : undefined,
});

const onlyChannel = onePerAccount(
  DELIVERY_CHANNEL,
  "MaxNumberOfDeliveryChannelsExceededException: Failed to put delivery channel because you have reached the maximum " +
    "number of delivery channels: 1.",
);

/** AWS Config does not deliver to a bucket whose object lock has a default retention. */
function lockRefusal({ s3BucketName }: Properties, cloud: Cloud): string | undefined {
  return locksByDefault(cloud, s3BucketName as string)
    ? `${insufficient(s3BucketName)}: object lock with a default retention is on; take a bucket without one.`
    : undefined;
}

/** AWS Config writes as the recorder's role; with its service-linked role, which holds no right to S3, in its own name. */
function deliveryRefusal({ s3BucketName, s3KeyPrefix, s3KmsKeyArn }: Properties, cloud: Cloud): string | undefined {
  const [recorder] = cloud.account.ofType(RECORDER);
  const role = String(recorder?.inputs.roleArn);
  const config = role.includes(":role/aws-service-role/")
    ? serviceCaller("config.amazonaws.com", arn("config", `configuration-recorder/${recorder?.id}`))
    : roleCaller(role);
  const bucket = s3BucketName as string;
  const key = (s3KmsKeyArn as string | undefined) ?? bucketKey(cloud, bucket);
  const objectKey = [s3KeyPrefix, "AWSLogs", ACCOUNT_ID, "Config", "ConfigWritabilityCheckFile"]
    .filter(Boolean)
    .join("/");
  const why =
    bucketRefusal(cloud, bucket, config, [
      { action: "s3:GetBucketAcl" },
      { action: "s3:ListBucket" },
      { action: "s3:PutObject", objectKey, context: { ...OWNED_BY_BUCKET, ...encryptedUnder(s3KmsKeyArn) } },
    ]) ??
    (key && keyRefusal(cloud, key, config, [{ action: "kms:GenerateDataKey" }, { action: "kms:Decrypt" }]));
  return why && `${insufficient(bucket)}: ${why}`;
}

function insufficient(bucket: unknown): string {
  return `InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: ${bucket as string}, unable to write to bucket`;
}
