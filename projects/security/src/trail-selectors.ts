import type * as aws from "@pulumi/aws";
import type { StackSettings } from "@records/conventions";

type Selector = aws.types.input.cloudtrail.TrailAdvancedEventSelector;

/**
 * What the trail records. Advanced selectors replace the default, so management events are written out.
 * Buckets are named before they exist: the archive is a later layer's, the state bucket is made by no stack.
 */
export function eventSelectors({ accountId, bucketName }: Pick<StackSettings, "accountId" | "bucketName">): Selector[] {
  const objectsOf = (name: string, bucket: string): Selector => ({
    name,
    fieldSelectors: [
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: ["AWS::S3::Object"] },
      { field: "resources.ARN", startsWiths: [`arn:aws:s3:::${bucket}/`] },
    ],
  });
  return [
    { name: "management", fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] },
    objectsOf("audit-store", bucketName("audit")),
    objectsOf("archive", bucketName("archive")),
    objectsOf("deployment-state", stateBucketName(accountId)),
    {
      name: "functions",
      fieldSelectors: [
        { field: "eventCategory", equals: ["Data"] },
        { field: "resources.type", equals: ["AWS::Lambda::Function"] },
      ],
    },
  ];
}

/** One per account, made before any stack. */
function stateBucketName(accountId: string): string {
  return `srs-pulumi-state-${accountId}`;
}
