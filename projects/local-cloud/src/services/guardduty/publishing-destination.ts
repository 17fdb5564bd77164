import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { arn, newHexId } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import { bucketRefusal, encryptedUnder, keyRefusal, serviceCaller } from "../iam/service-grants.ts";
import { DETECTOR, FOREIGN_DETECTOR } from "./tokens.ts";

const destinationOf = (id: string): string => id.split(":")[1] ?? "";

/** Where findings are exported to. GuardDuty tries bucket and key when it is told of them. */
export const publishingDestination = recordedType({
  token: "aws:guardduty/publishingDestination:PublishingDestination",
  id: ({ detectorId }) => `${detectorId}:${newHexId("", 32)}`,
  arn: ({ detectorId }, id) => arn("guardduty", `detector/${detectorId}/publishingDestination/${destinationOf(id)}`),
  replaceOnChanges: ["detectorId", "destinationType"],
  computed: { destinationId: (_, id) => destinationOf(id) },
  check: ({ destinationArn, destinationType, kmsKeyArn }) =>
    failures((refuse) => {
      const invalid = "BadRequestException: The request is rejected because the parameter";
      if (known(destinationType) && destinationType !== "S3")
        refuse("destinationType", `${invalid} destinationType has an invalid value: "${destinationType}" is not S3.`);
      if (known(destinationArn) && !/^arn:aws:s3:::[a-z0-9.-]{3,63}(\/.*)?$/.test(destinationArn))
        refuse(
          "destinationArn",
          `${invalid} destinationArn has an invalid value: "${destinationArn}" is no bucket ARN.`,
        );
      if (known(kmsKeyArn) && !/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(kmsKeyArn))
        refuse(
          "kmsKeyArn",
          `${invalid} kmsKeyArn has an invalid value: "${kmsKeyArn}" is no key ARN (an alias is none).`,
        );
    }),
  conflict: ({ detectorId, destinationArn, kmsKeyArn }, cloud) => {
    const detector = cloud.account.byId(DETECTOR, detectorId);
    if (detector === undefined) return FOREIGN_DETECTOR;
    const [bucket = "", ...prefix] = String(destinationArn).replace("arn:aws:s3:::", "").split("/");
    const objectKey = [...prefix, "AWSLogs", ACCOUNT_ID, "GuardDuty", REGION, "findings"].filter(Boolean).join("/");
    const guardduty = serviceCaller("guardduty.amazonaws.com", detector.arn ?? "");
    const why =
      bucketRefusal(cloud, bucket, guardduty, [
        { action: "s3:GetBucketLocation" },
        { action: "s3:PutObject", objectKey, context: encryptedUnder(kmsKeyArn) },
      ]) ?? keyRefusal(cloud, kmsKeyArn, guardduty, [{ action: "kms:GenerateDataKey" }]);
    return (
      why &&
      `BadRequestException: The request failed because the GuardDuty service principal does not have permission to ` +
        `the KMS key or the resource specified by the destinationArn parameter: ${why}`
    );
  },
});
