import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { Properties } from "../../resource-type.ts";
import { bucketSetting } from "./bucket-setting.ts";
import { lifecycleFailures } from "./lifecycle-checks.ts";

export const lifecycle = bucketSetting({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  properties: ["rules"],
  check: ({ rules }) => lifecycleFailures(rules),
  toApi: ({ rules }) => ({ Rules: (rules as Properties[]).map(ruleToApi) }),
  put: (s3, Bucket, setting) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: setting as { Rules: LifecycleRule[] },
      }),
    ),
  get: async (s3, Bucket) => {
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    return { Rules };
  },
  absent: ["NoSuchLifecycleConfiguration"],
  remove: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
});

function ruleToApi(rule: Properties): object {
  const { filter, expiration, noncurrentVersionExpiration, abortIncompleteMultipartUpload } = rule;
  return {
    ID: rule.id as string | undefined,
    Status: rule.status as string,
    Filter: filterToApi((filter ?? {}) as Properties),
    Transitions: transitionsToApi(rule.transitions),
    Expiration: expiration && {
      Days: expiration.days as number | undefined,
      Date: expiration.date === undefined ? undefined : new Date(expiration.date as string),
      ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker as boolean | undefined,
    },
    NoncurrentVersionTransitions: (rule.noncurrentVersionTransitions as Properties[] | undefined)?.map(
      (transition) => ({
        NoncurrentDays: transition.noncurrentDays as number,
        StorageClass: transition.storageClass as string,
      }),
    ),
    NoncurrentVersionExpiration: noncurrentVersionExpiration && {
      NoncurrentDays: noncurrentVersionExpiration.noncurrentDays as number,
      NewerNoncurrentVersions: noncurrentVersionExpiration.newerNoncurrentVersions as number | undefined,
    },
    AbortIncompleteMultipartUpload: abortIncompleteMultipartUpload && {
      DaysAfterInitiation: abortIncompleteMultipartUpload.daysAfterInitiation as number,
    },
  };
}

function transitionsToApi(transitions: unknown) {
  return (transitions as Properties[] | undefined)?.map(({ days, date, storageClass }) => ({
    Days: days as number | undefined,
    Date: date === undefined ? undefined : new Date(date as string),
    StorageClass: storageClass as string,
  }));
}

function filterToApi({ prefix, tag, and }: Properties): object {
  if (and !== undefined) {
    const Tags = Object.entries((and.tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
    return { And: { Prefix: and.prefix as string | undefined, Tags } };
  }
  if (tag !== undefined) return { Tag: { Key: tag.key as string, Value: tag.value as string } };
  return { Prefix: (prefix as string | undefined) ?? "" };
}
