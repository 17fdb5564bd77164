import { recordedType } from "../../recorded-type.ts";
import { bucketRefusal, serviceCaller } from "../iam/service-grants.ts";
import { BUCKET } from "./bucket.ts";
import { locksByDefault } from "./object-lock.ts";

/**
 * Recorded: moto delivers no access logs, and fails on a target whose policy has a statement for everybody.
 * What S3 checks is checked here: the target is there, and its policy lets the log delivery write.
 */
export const bucketLogging = recordedType({
  token: "aws:s3/bucketLogging:BucketLogging",
  id: ({ bucket }) => bucket as string,
  replaceOnChanges: ["bucket"],
  uniqueBy: ["bucket"],
  conflict: ({ bucket, targetBucket, targetPrefix }, cloud) => {
    const target = targetBucket as string;
    const refused = "InvalidTargetBucketForLogging:";
    if (!cloud.account.byId(BUCKET, target)) return `${refused} The target bucket for logging does not exist`;
    if (locksByDefault(cloud, target))
      return `${refused} The target bucket must not have a default retention of object lock`;
    const logging = serviceCaller("logging.s3.amazonaws.com", `arn:aws:s3:::${String(bucket)}`);
    const why = bucketRefusal(cloud, target, logging, [
      { action: "s3:PutObject", objectKey: `${String(targetPrefix ?? "")}log` },
    ]);
    return why && `${refused} You must give the log-delivery group WRITE permission to the target bucket. ${why}`;
  },
});
