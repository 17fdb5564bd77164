import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { documentNow, unlessMissing } from "../../sdk.ts";
import { missingPrincipals } from "../iam/named-principals.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { allowsEveryone } from "../iam/public-access.ts";
import { ACCOUNT_PUBLIC_ACCESS_BLOCK } from "./account-public-access-block.ts";
import { MISSING } from "./bucket.ts";
import { s3Of } from "./client.ts";
import type { PolicyStore } from "./policy-store.ts";
import { PUBLIC_ACCESS_BLOCK } from "./settings.ts";

const LENGTH_MAX = 20_480;

export function bucketPolicy(store: PolicyStore): ResourceType {
  async function put(cloud: Cloud, bucket: string, inputs: Properties): Promise<void> {
    await s3Of(cloud).send(new HeadBucketCommand({ Bucket: bucket }));
    refusePublic(cloud, bucket, inputs.policy);
    const missing = missingPrincipals(cloud, inputs.policy);
    if (missing.length > 0) {
      throw new Error(`MalformedPolicy: Invalid principal in policy. The account has no ${missing.join(", ")}.`);
    }
    store.set(bucket, inputs.policy as string);
  }
  return {
    token: "aws:s3/bucketPolicy:BucketPolicy",
    replaceOnChanges: ["bucket"],
    computed: [],
    uniqueBy: ["bucket"],
    derivedInputs: policyAsText("policy"),
    check: ({ policy }) => policyFailures("policy", policy, { kind: "resource", service: "s3", lengthMax: LENGTH_MAX }),
    create: async (inputs, cloud) => {
      await put(cloud, inputs.bucket as string, inputs);
      return { id: inputs.bucket as string, outputs: {} };
    },
    read: async ({ id, outputs }, cloud) => {
      const bucket = s3Of(cloud).send(new HeadBucketCommand({ Bucket: id }));
      const policy = store.get(id);
      if ((await unlessMissing(bucket, ...MISSING)) === undefined || policy === undefined) return undefined;
      return { policy: documentNow(outputs.policy, policy) };
    },
    update: async ({ id }, inputs, cloud) => {
      await put(cloud, id, inputs);
      return {};
    },
    delete: async ({ id }) => store.delete(id),
  };
}

function refusePublic(cloud: Cloud, bucket: string, policy: unknown): void {
  const blocked = [
    cloud.account.byId(PUBLIC_ACCESS_BLOCK, bucket),
    cloud.account.byId(ACCOUNT_PUBLIC_ACCESS_BLOCK, ACCOUNT_ID),
  ].some((block) => block?.inputs.blockPublicPolicy === true);
  if (blocked && allowsEveryone(policy)) {
    throw new Error(
      `AccessDenied: the policy of ${bucket} allows everyone, and a public access block of it or of the account forbids that.`,
    );
  }
}
