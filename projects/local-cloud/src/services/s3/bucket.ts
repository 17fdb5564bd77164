import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { REGION } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { s3Of } from "./client.ts";

export const BUCKET = "aws:s3/bucket:Bucket";
export const MISSING = ["NotFound", "NoSuchBucket"];

export const bucket: ResourceType = {
  token: BUCKET,
  replaceOnChanges: ["bucket", "bucketPrefix", "objectLockEnabled"],
  computed: [
    "arn",
    "bucketDomainName",
    "bucketRegionalDomainName",
    "hostedZoneId",
    "region",
    "bucketRegion",
    "websiteDomain",
    "websiteEndpoint",
  ],
  autoName: "bucket",
  uniqueBy: ["bucket"],
  check: ({ bucket: name }) =>
    failures((refuse) => {
      if (!known(name)) return;
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes("..") || /^\d+\.\d+\.\d+\.\d+$/.test(name))
        refuse(
          "bucket",
          `InvalidBucketName: "${name}"; 3 to 63 lower-case letters, digits, dots and hyphens, no address.`,
        );
    }),
  create: (inputs, cloud) =>
    undoing(async (onFailure) => {
      const s3 = s3Of(cloud);
      const Bucket = inputs.bucket as string;
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: inputs.objectLockEnabled === true }));
      onFailure(() => s3.send(new DeleteBucketCommand({ Bucket })));
      await putTags(s3, Bucket, inputs.tags as Tags | undefined);
      return {
        id: Bucket,
        outputs: {
          arn: `arn:aws:s3:::${Bucket}`,
          bucketDomainName: `${Bucket}.s3.amazonaws.com`,
          bucketRegionalDomainName: `${Bucket}.s3.${REGION}.amazonaws.com`,
          // Zone of S3 website endpoints in us-east-1 (AWS General Reference, S3 endpoints).
          hostedZoneId: "Z3AQBSTGFYJSTF",
          region: REGION,
          bucketRegion: REGION,
          // Only a bucket that is a website has these.
          websiteDomain: "",
          websiteEndpoint: "",
        },
      };
    }, cloud.log),
  read: async ({ id }, cloud) => {
    const s3 = s3Of(cloud);
    if (!(await unlessMissing(s3.send(new HeadBucketCommand({ Bucket: id })), ...MISSING))) return undefined;
    const tagging = await unlessMissing(s3.send(new GetBucketTaggingCommand({ Bucket: id })), "NoSuchTagSet");
    return {
      bucket: id,
      tags: Object.fromEntries((tagging?.TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  },
  update: async ({ id }, inputs, cloud) => {
    await putTags(s3Of(cloud), id, inputs.tags as Tags | undefined);
    return {};
  },
  delete: async ({ id, inputs }, cloud) => {
    if (inputs.forceDestroy === true) await empty(cloud, id);
    await unlessMissing(s3Of(cloud).send(new DeleteBucketCommand({ Bucket: id })), ...MISSING);
  },
};

async function putTags(s3: S3Client, Bucket: string, tags: Tags | undefined): Promise<void> {
  const TagSet = Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  if (TagSet.length > 0) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}

/** What `forceDestroy` stands for: every version of every object, governance locks bypassed as AWS's provider does. */
async function empty(cloud: Cloud, Bucket: string): Promise<void> {
  const s3 = s3Of(cloud);
  for (;;) {
    const page = await unlessMissing(s3.send(new ListObjectVersionsCommand({ Bucket })), ...MISSING);
    const Objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key = "", VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) return;
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true }, BypassGovernanceRetention: true }),
    );
    if (Errors?.[0])
      throw new Error(`${Errors[0].Code ?? "Error"}: ${Bucket} cannot be emptied: ${Errors[0].Message ?? ""}`);
  }
}
