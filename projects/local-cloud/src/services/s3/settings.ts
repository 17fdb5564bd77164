import {
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { failures, known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { unlessMissing } from "../../sdk.ts";
import { bucketSetting } from "./bucket-setting.ts";

export const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION_ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];

export const versioning = bucketSetting({
  token: "aws:s3/bucketVersioning:BucketVersioning",
  properties: ["versioningConfiguration"],
  check: ({ versioningConfiguration: setting, mfa }) =>
    failures((refuse) => {
      if (known(setting?.status) && !["Enabled", "Suspended", "Disabled"].includes(setting.status as string))
        refuse("versioningConfiguration", `IllegalVersioningConfigurationException: "${setting.status}" is no status.`);
      if (mfa !== undefined) refuse("mfa", "The local cloud has no MFA devices.");
    }),
  toApi: ({ versioningConfiguration: setting }) => ({ Status: setting.status as string }),
  put: (s3, Bucket, setting) => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: setting })),
  get: (s3, Bucket) => s3.send(new GetBucketVersioningCommand({ Bucket })),
  absent: [],
  // Versioning cannot be taken back, only suspended; under an object lock not even that.
  remove: async (s3, Bucket) => {
    const lock = await s3.send(new GetObjectLockConfigurationCommand({ Bucket })).catch(() => undefined);
    if (lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled") return;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
  },
});

export const encryption = bucketSetting({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  properties: ["rules"],
  check: ({ rules }) =>
    failures((refuse) => {
      for (const rule of known(rules) ? (rules as Properties[]) : []) {
        const algorithm = rule.applyServerSideEncryptionByDefault?.sseAlgorithm as string | undefined;
        if (known(algorithm) && !ENCRYPTION_ALGORITHMS.includes(algorithm))
          refuse("rules", `MalformedXML: "${algorithm}" is none of ${ENCRYPTION_ALGORITHMS.join(", ")}.`);
      }
    }),
  toApi: ({ rules }) => ({
    Rules: (rules as Properties[]).map((rule) => ({
      ApplyServerSideEncryptionByDefault: rule.applyServerSideEncryptionByDefault && {
        SSEAlgorithm: rule.applyServerSideEncryptionByDefault.sseAlgorithm as string,
        KMSMasterKeyID: rule.applyServerSideEncryptionByDefault.kmsMasterKeyId as string | undefined,
      },
      BucketKeyEnabled: rule.bucketKeyEnabled as boolean | undefined,
    })),
  }),
  put: (s3, Bucket, setting) =>
    s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: setting as { Rules: [] } })),
  get: async (s3, Bucket) =>
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration,
  absent: ["ServerSideEncryptionConfigurationNotFoundError"],
  remove: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
});

export const publicAccessBlock = bucketSetting({
  token: PUBLIC_ACCESS_BLOCK,
  properties: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  toApi: (inputs) => ({
    BlockPublicAcls: inputs.blockPublicAcls === true,
    BlockPublicPolicy: inputs.blockPublicPolicy === true,
    IgnorePublicAcls: inputs.ignorePublicAcls === true,
    RestrictPublicBuckets: inputs.restrictPublicBuckets === true,
  }),
  put: (s3, Bucket, setting) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: setting })),
  get: async (s3, Bucket) =>
    (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
  absent: ["NoSuchPublicAccessBlockConfiguration"],
  remove: (s3, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
});

export const ownershipControls = bucketSetting({
  token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  properties: ["rule"],
  check: ({ rule }) =>
    failures((refuse) => {
      const ownership = rule?.objectOwnership as string | undefined;
      const allowed = ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"];
      if (known(ownership) && !allowed.includes(ownership))
        refuse("rule", `MalformedXML: "${ownership}" is none of ${allowed.join(", ")}.`);
    }),
  toApi: ({ rule }) => ({ Rules: [{ ObjectOwnership: rule.objectOwnership as string }] }),
  put: (s3, Bucket, setting) =>
    s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: setting as { Rules: [] } })),
  get: async (s3, Bucket) => (await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls,
  absent: ["OwnershipControlsNotFoundError"],
  remove: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
});

export const objectLock = bucketSetting({
  token: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  properties: ["rule"],
  check: ({ rule }) =>
    failures((refuse) => {
      const retention = rule?.defaultRetention as Properties | undefined;
      if (!known(retention)) return;
      if (known(retention.mode) && !["GOVERNANCE", "COMPLIANCE"].includes(retention.mode as string))
        refuse("rule", `MalformedXML: "${retention.mode}" is not GOVERNANCE or COMPLIANCE.`);
      if ((retention.days === undefined) === (retention.years === undefined))
        refuse("rule", "MalformedXML: a default retention has days or years, exactly one of them.");
    }),
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
  absent: ["ObjectLockConfigurationNotFoundError"],
  // A lockable bucket stays lockable; only the default retention goes. moto changes nothing once objects are there.
  remove: (s3, Bucket) => {
    const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" } as const;
    const call = s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    return unlessMissing<unknown>(call, "InvalidBucket");
  },
});
