import {
  DeleteBucketEncryptionCommand,
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { failures, known } from "../../known.ts";
import type { Properties } from "../../resource-type.ts";
import { bucketSetting } from "./bucket-setting.ts";

export const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION_ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];

export const encryption = bucketSetting({
  token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  properties: ["rules"],
  check: ({ rules }) =>
    failures((refuse) => {
      for (const rule of known(rules) ? (rules as Properties[]) : []) {
        const algorithm = rule.applyServerSideEncryptionByDefault?.sseAlgorithm as string | undefined;
        if (known(algorithm) && !ENCRYPTION_ALGORITHMS.includes(algorithm))
          refuse("rules", `MalformedXML: "${algorithm}" is none of ${ENCRYPTION_ALGORITHMS.join(", ")}.`);
        if (algorithm === "AES256" && rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId !== undefined)
          refuse(
            "rules",
            "InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
          );
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
