/** CloudTrail tries its bucket, its key and its log group when a trail is made or changed. */
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { arn } from "../../identifiers.ts";
import type { Properties } from "../../resource-type.ts";
import {
  bucketRefusal,
  encryptedUnder,
  keyRefusal,
  OWNED_BY_BUCKET,
  roleRefusal,
  serviceCaller,
} from "../iam/service-grants.ts";
import type { Caller } from "../iam/service-grants.ts";

export function deliveryRefusal(inputs: Properties, cloud: Cloud): string | undefined {
  const trailArn = arn("cloudtrail", `trail/${inputs.name}`);
  const cloudtrail = serviceCaller("cloudtrail.amazonaws.com", trailArn);
  return (
    bucketLacks(inputs, cloud, cloudtrail) ??
    keyLacks(inputs, cloud, cloudtrail, trailArn) ??
    logsLack(inputs, cloud, cloudtrail)
  );
}

function bucketLacks({ s3BucketName, s3KeyPrefix, kmsKeyId }: Properties, cloud: Cloud, cloudtrail: Caller) {
  const bucket = s3BucketName as string;
  const objectKey = [s3KeyPrefix, "AWSLogs", ACCOUNT_ID, "CloudTrail", REGION, "log"].filter(Boolean).join("/");
  const why = bucketRefusal(cloud, bucket, cloudtrail, [
    { action: "s3:GetBucketAcl" },
    { action: "s3:PutObject", objectKey, context: { ...OWNED_BY_BUCKET, ...encryptedUnder(kmsKeyId) } },
  ]);
  return (
    why &&
    `InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${bucket}. ${why}. ` +
      `Let the trail depend on the bucket policy.`
  );
}

function keyLacks({ s3BucketName, kmsKeyId }: Properties, cloud: Cloud, cloudtrail: Caller, trailArn: string) {
  if (kmsKeyId === undefined) return undefined;
  const context = {
    "kms:EncryptionContext:aws:cloudtrail:arn": trailArn,
    "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${s3BucketName}`,
    "kms:EncryptionContextKeys": ["aws:cloudtrail:arn", "aws:s3:arn"],
  };
  const why = keyRefusal(cloud, kmsKeyId as string, cloudtrail, [
    { action: "kms:GenerateDataKey", context },
    { action: "kms:DescribeKey" },
  ]);
  return (
    why &&
    `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket ${s3BucketName} or KMS key ${kmsKeyId}. ${why}`
  );
}

function logsLack({ cloudWatchLogsGroupArn, cloudWatchLogsRoleArn }: Properties, cloud: Cloud, cloudtrail: Caller) {
  if (cloudWatchLogsGroupArn === undefined) return undefined;
  const group = String(cloudWatchLogsGroupArn).replace(/:\*$/, "");
  const exists = cloud.account
    .ofType("aws:cloudwatch/logGroup:LogGroup")
    .some((record) => record.arn?.replace(/:\*$/, "") === group);
  if (!exists)
    return "InvalidCloudWatchLogsLogGroupArnException: CloudTrail cannot validate the specified log group ARN.";
  const resource = `${group}:log-stream:${ACCOUNT_ID}_CloudTrail_${REGION}`;
  const lack = roleRefusal(
    cloud,
    cloudWatchLogsRoleArn as string,
    cloudtrail,
    ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ action, resource })),
  );
  if (lack === undefined) return undefined;
  return lack.lacks === "permission"
    ? `InvalidCloudWatchLogsLogGroupArnException: Access denied. Verify in IAM that the role has adequate permissions. ${lack.why}`
    : `InvalidCloudWatchLogsRoleArnException: Access denied. Check the trust relationships for your role. ${lack.why}`;
}
