/** Versions and the lock on them: a lock needs versions, and then they cannot be given up. */
import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { unlessMissing } from "../../sdk.ts";
import { bucketSetting } from "./bucket-setting.ts";
import { BUCKET } from "./bucket.ts";

const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
export const OBJECT_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const NO_LOCK = ["ObjectLockConfigurationNotFoundError"];
const RETENTIONS_MAX = { days: 36_500, years: 100 } as const;

export const versioning = bucketSetting({
  token: VERSIONING,
  properties: ["versioningConfiguration"],
  check: ({ versioningConfiguration: setting, mfa }) =>
    failures((refuse) => {
      if (known(setting?.status) && !["Enabled", "Suspended", "Disabled"].includes(setting.status as string))
        refuse("versioningConfiguration", `IllegalVersioningConfigurationException: "${setting.status}" is no status.`);
      if (mfa !== undefined) refuse("mfa", "The local cloud has no MFA devices.");
    }),
  conflict: ({ bucket, versioningConfiguration: setting }, cloud) =>
    setting?.status !== "Enabled" && isLockable(cloud, bucket as string)
      ? "InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
      : undefined,
  toApi: ({ versioningConfiguration: setting }) => ({ Status: setting.status as string }),
  put: (s3, Bucket, setting) => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: setting })),
  get: (s3, Bucket) => s3.send(new GetBucketVersioningCommand({ Bucket })),
  absent: [],
  // Versioning cannot be taken back, only suspended; under an object lock not even that.
  remove: async (s3, Bucket) => {
    const lock = await unlessMissing(s3.send(new GetObjectLockConfigurationCommand({ Bucket })), ...NO_LOCK);
    if (lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled") return;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
  },
});

export const objectLock = bucketSetting({
  token: OBJECT_LOCK,
  properties: ["rule"],
  check: ({ rule }) =>
    failures((refuse) => {
      const retention = rule?.defaultRetention as Properties | undefined;
      if (!known(retention)) return;
      if (known(retention.mode) && !["GOVERNANCE", "COMPLIANCE"].includes(retention.mode as string))
        refuse("rule", `MalformedXML: "${retention.mode}" is not GOVERNANCE or COMPLIANCE.`);
      if ((retention.days === undefined) === (retention.years === undefined))
        refuse("rule", "MalformedXML: a default retention has days or years, exactly one of them.");
      for (const [unit, max] of Object.entries(RETENTIONS_MAX)) {
        const length = retention[unit] as number | undefined;
        if (known(length) && !(Number.isInteger(length) && length > 0))
          refuse("rule", `InvalidArgument: Default retention period must be a positive integer value, not ${length}.`);
        if (known(length) && length > max)
          refuse("rule", `InvalidRetentionPeriod: ${length} ${unit}; the retention period is too large, above ${max}.`);
      }
    }),
  conflict: ({ bucket }, cloud) =>
    isLockable(cloud, bucket as string) || versioningOf(cloud, bucket as string) === "Enabled"
      ? undefined
      : "InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration.",
  toApi: ({ rule }) => ({
    ObjectLockEnabled: "Enabled",
    ...(rule !== undefined && {
      Rule: {
        DefaultRetention: {
          Mode: rule.defaultRetention.mode as string,
          Days: rule.defaultRetention.days as number | undefined,
          Years: rule.defaultRetention.years as number | undefined,
        },
      },
    }),
  }),
  put: (s3, Bucket, setting) =>
    s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: setting })),
  get: async (s3, Bucket) => (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration,
  absent: NO_LOCK,
  // A lockable bucket stays lockable; only the default retention goes. moto changes nothing once objects are there.
  remove: (s3, Bucket) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" } as const;
    const call = s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    return unlessMissing<unknown>(call, "InvalidBucket");
  },
});

/** Made for a lock, or given one since. */
function isLockable(cloud: Cloud, bucket: string): boolean {
  return (
    cloud.account.byId(BUCKET, bucket)?.inputs.objectLockEnabled === true ||
    cloud.account.byId(OBJECT_LOCK, bucket) !== undefined
  );
}

function versioningOf(cloud: Cloud, bucket: string): unknown {
  return cloud.account.byId(VERSIONING, bucket)?.inputs.versioningConfiguration?.status;
}

/** Whether objects are locked as they arrive: services that deliver logs do not write to such a bucket. */
export function locksByDefault(cloud: Cloud, bucket: string): boolean {
  return known(cloud.account.byId(OBJECT_LOCK, bucket)?.inputs.rule?.defaultRetention);
}
