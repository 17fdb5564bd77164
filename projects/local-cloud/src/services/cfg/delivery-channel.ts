import { failures, known } from "../../known.ts";
import { onePerAccount } from "../../one-per-account.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties } from "../../resource-type.ts";
import { deliveryRefusal } from "../iam/service-grants.ts";
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
    return onlyChannel(inputs, cloud, self) ?? lockRefusal(inputs, cloud) ?? bucketRefusal(inputs, cloud);
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
  const locked = cloud.account
    .ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    .some(({ inputs }) => inputs.bucket === s3BucketName && known(inputs.rule?.defaultRetention));
  return locked
    ? `${insufficient(s3BucketName)}: object lock with a default retention is on; take a bucket without one.`
    : undefined;
}

function bucketRefusal({ s3BucketName }: Properties, cloud: Cloud): string | undefined {
  return deliveryRefusal(cloud, {
    bucket: s3BucketName as string,
    servicePrincipal: "config.amazonaws.com",
    actions: ["s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject"],
    refusal: insufficient(s3BucketName),
  });
}

function insufficient(bucket: unknown): string {
  return `InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: ${String(bucket)}, unable to write to bucket`;
}
