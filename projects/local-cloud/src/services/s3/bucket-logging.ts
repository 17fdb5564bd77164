import { recordedType } from "../../recorded-type.ts";
import { BUCKET } from "./bucket.ts";

/**
 * Recorded: moto delivers no access logs, and fails on a target whose policy has a statement for everybody.
 * What S3 checks is checked here: the target is there, and its policy lets the log delivery write.
 */
export const bucketLogging = recordedType({
  token: "aws:s3/bucketLogging:BucketLogging",
  id: ({ bucket }) => bucket as string,
  replaceOnChanges: ["bucket"],
  uniqueBy: ["bucket"],
  conflict: ({ targetBucket }, cloud) => {
    if (!cloud.account.byId(BUCKET, targetBucket as string))
      return "InvalidTargetBucketForLogging: The target bucket for logging does not exist";
    const policy = cloud.account.byId("aws:s3/bucketPolicy:BucketPolicy", targetBucket as string)?.inputs.policy as
      string | undefined;
    return policy?.includes("logging.s3.amazonaws.com")
      ? undefined
      : "InvalidTargetBucketForLogging: You must give the log-delivery group WRITE permission to the target bucket";
  },
});
