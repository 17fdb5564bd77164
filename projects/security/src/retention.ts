import type * as aws from "@pulumi/aws";

type LifecycleRule = aws.types.input.s3.BucketLifecycleConfigurationRule;

/** Seven years, and a month on top: what is locked must not expire first. */
export const AUDIT_KEPT_DAYS = 2555 + 30;

/** What is kept for auditors gets colder, and ends. */
export const auditLifecycle: LifecycleRule[] = [
  {
    id: "age",
    status: "Enabled",
    filter: { prefix: "" },
    transitions: [
      { days: 90, storageClass: "STANDARD_IA" },
      { days: 365, storageClass: "GLACIER_IR" },
    ],
    expiration: { days: AUDIT_KEPT_DAYS },
    // Nothing is written twice, so what is not current has expired. What is locked outlasts this rule too.
    noncurrentVersionExpiration: { noncurrentDays: 30 },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  },
];
