import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  KinesisClient,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-kinesis";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { MISSING } from "./stream.ts";

const LENGTH_MAX = 20_480;

export const resourcePolicy: ResourceType = {
  token: "aws:kinesis/resourcePolicy:ResourcePolicy",
  replaceOnChanges: ["resourceArn"],
  computed: [],
  uniqueBy: ["resourceArn"],
  derivedInputs: policyAsText("policy"),
  check: ({ policy }) =>
    policyFailures("policy", policy, { kind: "resource", service: "kinesis", lengthMax: LENGTH_MAX }),
  create: async ({ resourceArn, policy }, cloud) => {
    const call = new PutResourcePolicyCommand({ ResourceARN: resourceArn as string, Policy: policy as string });
    await clientOf(cloud, KinesisClient).send(call);
    return { id: resourceArn as string, outputs: {} };
  },
  read: async ({ id, outputs }, cloud) => {
    const call = clientOf(cloud, KinesisClient).send(new GetResourcePolicyCommand({ ResourceARN: id }));
    const found = await unlessMissing(call, MISSING);
    // Without a policy the answer is an empty document.
    if (found?.Policy === undefined || ["", "{}"].includes(found.Policy)) return undefined;
    return { policy: documentNow(outputs.policy, found.Policy) };
  },
  update: async ({ id }, { policy }, cloud) => {
    const call = new PutResourcePolicyCommand({ ResourceARN: id, Policy: policy as string });
    await clientOf(cloud, KinesisClient).send(call);
    return {};
  },
  delete: async ({ id }, cloud) => {
    const call = clientOf(cloud, KinesisClient).send(new DeleteResourcePolicyCommand({ ResourceARN: id }));
    await unlessMissing(call, MISSING);
  },
};
