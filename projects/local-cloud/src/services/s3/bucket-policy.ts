import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { ResourceType } from "../../resource-type.ts";
import { documentNow, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { s3Of } from "./client.ts";

/** A bucket policy holds 20 KB (S3 User Guide, bucket policies). */
const POLICY_BYTES_MAX = 20_480;

export const bucketPolicy: ResourceType = {
  token: "aws:s3/bucketPolicy:BucketPolicy",
  replaceOnChanges: ["bucket"],
  computed: [],
  uniqueBy: ["bucket"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) => policyFailures("policy", inputs["policy"], { kind: "resource", lengthMax: POLICY_BYTES_MAX }),
  create: async (inputs, cloud) => {
    const Bucket = inputs["bucket"] as string;
    await s3Of(cloud).send(new PutBucketPolicyCommand({ Bucket, Policy: inputs["policy"] as string }));
    return { id: Bucket, outputs: {} };
  },
  read: async ({ id, outputs }, cloud) => {
    const call = s3Of(cloud).send(new GetBucketPolicyCommand({ Bucket: id }));
    const found = await unlessMissing(call, "NoSuchBucketPolicy", "NoSuchBucket");
    return found?.Policy ? { bucket: id, policy: documentNow(outputs["policy"], found.Policy) } : undefined;
  },
  update: async ({ id }, inputs, cloud) => {
    await s3Of(cloud).send(new PutBucketPolicyCommand({ Bucket: id, Policy: inputs["policy"] as string }));
    return {};
  },
  delete: async ({ id }, cloud) => {
    await unlessMissing(s3Of(cloud).send(new DeleteBucketPolicyCommand({ Bucket: id })), "NoSuchBucket");
  },
};
