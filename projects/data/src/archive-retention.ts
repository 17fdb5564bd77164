/** How long archived events stay, by the retention class that their objects' names begin with: `class=R3/day=.../...`. */
import type * as aws from "@pulumi/aws";

type LifecycleRule = aws.types.input.s3.BucketLifecycleConfigurationRule;

const YEAR_DAYS = 366;

/**
 * Days after which nobody needs an event of the class: its period, which begins when a term or a day ends, and the year
 * that may lie between the event and that end. The other classes end by what happens to a student one day: their events
 * stay until the student's key is destroyed, which ends these here as well.
 */
export const ARCHIVED_DAYS: Readonly<Record<string, number>> = {
  R3: 3 * YEAR_DAYS,
  R4: 6 * YEAR_DAYS,
  R6: 4 * YEAR_DAYS,
  R11: 30,
};

export const classPrefix = (retentionClass: string): string => `class=${retentionClass}/`;

export const archiveLifecycle: LifecycleRule[] = [
  {
    id: "age",
    status: "Enabled",
    filter: { prefix: "" },
    transitions: [
      { days: 90, storageClass: "STANDARD_IA" },
      { days: 365, storageClass: "GLACIER_IR" },
    ],
    // An object is written once. What is not current has expired, or was put in its place by somebody who should not.
    noncurrentVersionExpiration: { noncurrentDays: 30 },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  },
  ...Object.entries(ARCHIVED_DAYS).map(([retentionClass, days]) => ({
    id: `end-of-${retentionClass.toLowerCase()}`,
    status: "Enabled",
    filter: { prefix: classPrefix(retentionClass) },
    expiration: { days },
  })),
];
