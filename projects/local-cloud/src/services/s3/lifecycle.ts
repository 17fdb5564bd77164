import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import { failures, known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { bucketSetting } from "./bucket-setting.ts";

/** What S3 allows between the age of an object and a cheaper class. */
const DAYS_BEFORE_INFREQUENT_ACCESS = 30;

export const lifecycle = bucketSetting({
  token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  properties: ["rules"],
  check: ({ rules }) =>
    failures((refuse) => {
      if (!known(rules)) return;
      const list = (rules as Properties[]).filter((rule) => known(rule));
      const ids = list.map(({ id }) => id as unknown).filter((id) => known(id));
      if (new Set(ids).size < ids.length) refuse("rules", "InvalidArgument: rule ids must be unique.");
      for (const rule of list) {
        const fault = ruleFault(rule);
        if (fault !== undefined) refuse("rules", `InvalidArgument: rule ${String(rule.id)}: ${fault}`);
      }
    }),
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

function ruleFault(rule: Properties): string | undefined {
  const { status, transitions, expiration } = rule;
  if (known(status) && !["Enabled", "Disabled"].includes(status as string)) return `"${status}" is no status.`;
  for (const { days, storageClass } of (known(transitions) ? transitions : []) as Properties[]) {
    if (known(days) && ["STANDARD_IA", "ONEZONE_IA"].includes(storageClass as string)) {
      if (days < DAYS_BEFORE_INFREQUENT_ACCESS)
        return `"Days" for ${storageClass} must be at least ${DAYS_BEFORE_INFREQUENT_ACCESS}.`;
    }
    if (known(days) && known(expiration?.days) && expiration.days <= days)
      return `it expires after ${expiration.days} days, before its transition after ${days}.`;
  }
  return undefined;
}

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
