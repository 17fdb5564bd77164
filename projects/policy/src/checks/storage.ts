import type { Rule } from "../rule.ts";

export const publicAccessBlock: Rule = {
  name: "s3-public-access-block",
  pins: "POL-7, SEC-31",
  holds: "A bucket's public access is blocked in all four ways.",
  remedy: "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
  types: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  check: ({ props }) =>
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]
      .filter((property) => props[property] !== true)
      .map((property) => `${property} is not true.`),
};

/** Inline forms that fight the satellite resources (TRAP-6). */
const INLINE = [
  "acl",
  "corsRules",
  "grants",
  "lifecycleRules",
  "loggings",
  "objectLockConfiguration",
  "policy",
  "serverSideEncryptionConfiguration",
  "versioning",
];

export const bucketSatellites: Rule = {
  name: "s3-satellites-only",
  pins: "POL-38, TRAP-6",
  holds: "A bucket's settings are resources of their own.",
  remedy: "Use BucketVersioning, BucketPolicy, BucketLifecycleConfiguration and the like.",
  types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
  check: ({ type, props }) => [
    ...(type === "aws:s3/bucketV2:BucketV2" ? ["BucketV2 is a deprecated alias."] : []),
    ...INLINE.filter((property) => props[property] !== undefined).map(
      (property) => `${property} is set on the bucket itself.`,
    ),
  ],
};

export const logRetention: Rule = {
  name: "log-group-retention",
  pins: "POL-28, COMP-62",
  holds: "A log group has a retention; without one its lines are kept for ever.",
  remedy: "Set retentionInDays from the sizing table.",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check: ({ props }) => (Number(props.retentionInDays) > 0 ? [] : ["retentionInDays is not set."]),
};

export const trailComplete: Rule = {
  name: "trail-complete",
  pins: "POL-9, SEC-35",
  holds: "The trail covers every Region and global services, logs, validates its files and goes to CloudWatch as well.",
  remedy: "Set the named property.",
  types: ["aws:cloudtrail/trail:Trail"],
  check: ({ props }) => [
    ...["isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation", "enableLogging"]
      .filter((property) => props[property] !== true)
      .map((property) => `${property} is not true.`),
    ...(props.cloudWatchLogsGroupArn ? [] : ["cloudWatchLogsGroupArn is not set."]),
  ],
};
