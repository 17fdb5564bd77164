import type { LifecycleRule, TransitionStorageClass } from "@aws-sdk/client-s3";
import type { Properties } from "../../resource-type.ts";

interface Rule {
  readonly id: string;
  readonly status: "Enabled" | "Disabled";
  readonly filter?: { readonly prefix?: string };
  readonly transitions?: readonly { readonly days: number; readonly storageClass: TransitionStorageClass }[];
  readonly expiration?: { readonly days?: number; readonly expiredObjectDeleteMarker?: boolean };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays: number };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation: number };
}

/** The program's rules in the words of the S3 API. */
export function lifecycleRules(rules: readonly Properties[]): LifecycleRule[] {
  return (rules as readonly Rule[]).map((rule) => ({
    ID: rule.id,
    Status: rule.status,
    Filter: { Prefix: rule.filter?.prefix ?? "" },
    ...(rule.transitions && {
      Transitions: rule.transitions.map(({ days, storageClass }) => ({ Days: days, StorageClass: storageClass })),
    }),
    ...(rule.expiration && {
      Expiration: { Days: rule.expiration.days, ExpiredObjectDeleteMarker: rule.expiration.expiredObjectDeleteMarker },
    }),
    ...(rule.noncurrentVersionExpiration && {
      NoncurrentVersionExpiration: { NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays },
    }),
    ...(rule.abortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation },
    }),
  }));
}
