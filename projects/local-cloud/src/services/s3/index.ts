import type { Cloud, Service } from "../../cloud.ts";
import { bucket } from "./bucket.ts";
import { bucketLogging } from "./bucket-logging.ts";
import { bucketPolicy } from "./bucket-policy.ts";
import { satellites } from "./satellites.ts";

/** Buckets and their settings live in moto: what is put can be read, under the versioning and the policy that are set. */
export function s3Service(_cloud: Cloud): Service {
  return { name: "s3", resources: [bucket, bucketPolicy, bucketLogging, ...satellites] };
}
