import type { Cloud, Service } from "../../cloud.ts";
import { accountPublicAccessBlock } from "./account-public-access-block.ts";
import { bucketLogging } from "./bucket-logging.ts";
import { bucketPolicy } from "./bucket-policy.ts";
import { bucket } from "./bucket.ts";
import { lifecycle } from "./lifecycle.ts";
import { objectLock, versioning } from "./object-lock.ts";
import { PolicyStore } from "./policy-store.ts";
import { encryption, ownershipControls, publicAccessBlock } from "./settings.ts";

/** Buckets and their settings live in moto: what is put can be read, under the versioning and the lock that are set. */
export function s3Service(cloud: Cloud): Service {
  const policies = new PolicyStore(cloud);
  const settings = [versioning, encryption, lifecycle, publicAccessBlock, ownershipControls, objectLock];
  return {
    name: "s3",
    resources: [bucket, ...settings, bucketLogging, bucketPolicy(policies), accountPublicAccessBlock],
    api: {
      service: "s3",
      concerns: (call) => PolicyStore.concerns(call),
      handle: async (request) => policies.answer(request),
    },
  };
}
