/** A bucket's settings, each a resource of its own: put into moto, and looked for there. */
import {
  type BucketVersioningStatus,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type ObjectLockRetentionMode,
  type ObjectOwnership,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { unlessMissing } from "../../sdk.ts";
import { BUCKET } from "./bucket.ts";
import { s3Of } from "./client.ts";
import { lifecycleRules } from "./lifecycle-rules.ts";

interface Satellite {
  readonly token: string;
  readonly check?: (inputs: Properties) => readonly CheckFailure[];
  readonly put: (s3: S3Client, Bucket: string, inputs: Properties) => Promise<unknown>;
  /** Undefined when the setting is gone. Anything else: it is there. */
  readonly find: (s3: S3Client, Bucket: string) => Promise<unknown>;
  readonly remove?: (s3: S3Client, Bucket: string) => Promise<unknown>;
}

function satellite({ token, check, put, find, remove }: Satellite): ResourceType {
  return {
    token,
    replaceOnChanges: ["bucket"],
    computed: [],
    uniqueBy: ["bucket"],
    ...(check && { check }),
    create: async (inputs, cloud) => {
      const Bucket = inputs["bucket"] as string;
      await put(s3Of(cloud), Bucket, inputs);
      return { id: Bucket, outputs: {} };
    },
    read: async ({ id }, cloud) => {
      // A satellite without a bucket is gone, whatever its own settings were.
      if (!cloud.account.byId(BUCKET, id)) return undefined;
      const found = await unlessMissing(find(s3Of(cloud), id), ...NOT_SET);
      return found === undefined ? undefined : { bucket: id };
    },
    update: async ({ id }, inputs, cloud) => {
      await put(s3Of(cloud), id, inputs);
      return {};
    },
    delete: async ({ id }, cloud) => {
      if (remove) await unlessMissing(remove(s3Of(cloud), id), ...NOT_SET);
    },
  };
}

const NOT_SET = [
  "NoSuchBucket",
  "NoSuchPublicAccessBlockConfiguration",
  "OwnershipControlsNotFoundError",
  "ServerSideEncryptionConfigurationNotFoundError",
  "NoSuchLifecycleConfiguration",
  "ObjectLockConfigurationNotFoundError",
];

interface EncryptionRule {
  readonly applyServerSideEncryptionByDefault?: {
    readonly sseAlgorithm: ServerSideEncryption;
    readonly kmsMasterKeyId?: string;
  };
  readonly bucketKeyEnabled?: boolean;
}

export const satellites: readonly ResourceType[] = [
  satellite({
    token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    put: (s3, Bucket, inputs) =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: inputs["blockPublicAcls"] === true,
            BlockPublicPolicy: inputs["blockPublicPolicy"] === true,
            IgnorePublicAcls: inputs["ignorePublicAcls"] === true,
            RestrictPublicBuckets: inputs["restrictPublicBuckets"] === true,
          },
        }),
      ),
    find: async (s3, Bucket) =>
      (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
    remove: (s3, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  }),
  satellite({
    token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    put: (s3, Bucket, { rule }) => {
      const ObjectOwnership = (rule as { objectOwnership: ObjectOwnership }).objectOwnership;
      return s3.send(
        new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
      );
    },
    find: async (s3, Bucket) => (await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls,
    remove: (s3, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
  }),
  satellite({
    token: "aws:s3/bucketVersioning:BucketVersioning",
    check: ({ versioningConfiguration }) =>
      failures((refuse) => {
        const status: unknown = (versioningConfiguration as { status?: unknown } | undefined)?.status;
        if (known(status) && !["Enabled", "Suspended", "Disabled"].includes(status as string))
          refuse(
            "versioningConfiguration",
            `MalformedXML: versioning is Enabled, Suspended or Disabled, not ${String(status)}.`,
          );
      }),
    put: (s3, Bucket, { versioningConfiguration }) => {
      const Status = (versioningConfiguration as { status: BucketVersioningStatus }).status;
      return s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    },
    find: async (s3, Bucket) => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
  }),
  satellite({
    token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    put: (s3, Bucket, { rules }) =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: (rules as readonly EncryptionRule[]).map(
              ({ applyServerSideEncryptionByDefault: by, bucketKeyEnabled }) => ({
                ...(by && {
                  ApplyServerSideEncryptionByDefault: {
                    SSEAlgorithm: by.sseAlgorithm,
                    KMSMasterKeyID: by.kmsMasterKeyId,
                  },
                }),
                BucketKeyEnabled: bucketKeyEnabled,
              }),
            ),
          },
        }),
      ),
    find: async (s3, Bucket) =>
      (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration,
    remove: (s3, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
  }),
  satellite({
    token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    put: (s3, Bucket, { rules }) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: lifecycleRules(rules as Properties[]) },
        }),
      ),
    find: async (s3, Bucket) => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules,
    remove: (s3, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
  }),
  satellite({
    token: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    put: async (s3, Bucket, { rule }) => {
      const { mode, days } = (rule as { defaultRetention: { mode: ObjectLockRetentionMode; days: number } })
        .defaultRetention;
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      if (Status !== "Enabled")
        throw new Error(
          "InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        );
      await s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: { DefaultRetention: { Mode: mode, Days: days } },
          },
        }),
      );
    },
    find: async (s3, Bucket) =>
      (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration,
  }),
];
