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
import { isRegistered } from "./stream-consumer.ts";
import { MISSING } from "./stream.ts";

const LENGTH_MAX = 20_480;

/** moto keeps policies of streams alone. A consumer's is in the account, for as long as the consumer is there. */
const isOfConsumer = (resourceArn: string): boolean => resourceArn.includes("/consumer/");

export const resourcePolicy: ResourceType = {
  token: "aws:kinesis/resourcePolicy:ResourcePolicy",
  replaceOnChanges: ["resourceArn"],
  computed: [],
  uniqueBy: ["resourceArn"],
  derivedInputs: policyAsText("policy"),
  check: ({ policy }) =>
    policyFailures("policy", policy, { kind: "resource", service: "kinesis", lengthMax: LENGTH_MAX }),
  create: async ({ resourceArn, policy }, cloud) => {
    if (isOfConsumer(resourceArn as string)) {
      if (await isRegistered(cloud, resourceArn as string)) return { id: resourceArn as string, outputs: {} };
      throw new Error(`ResourceNotFoundException: Consumer ${resourceArn as string} not found.`);
    }
    const call = new PutResourcePolicyCommand({ ResourceARN: resourceArn as string, Policy: policy as string });
    await clientOf(cloud, KinesisClient).send(call);
    return { id: resourceArn as string, outputs: {} };
  },
  read: async ({ id, outputs }, cloud) => {
    if (isOfConsumer(id)) return (await isRegistered(cloud, id)) ? { policy: outputs.policy as unknown } : undefined;
    const call = clientOf(cloud, KinesisClient).send(new GetResourcePolicyCommand({ ResourceARN: id }));
    const found = await unlessMissing(call, MISSING);
    // Without a policy the answer is an empty document.
    if (found?.Policy === undefined || ["", "{}"].includes(found.Policy)) return undefined;
    return { policy: documentNow(outputs.policy, found.Policy) };
  },
  update: async ({ id }, { policy }, cloud) => {
    if (isOfConsumer(id)) return {};
    const call = new PutResourcePolicyCommand({ ResourceARN: id, Policy: policy as string });
    await clientOf(cloud, KinesisClient).send(call);
    return {};
  },
  delete: async ({ id }, cloud) => {
    if (isOfConsumer(id)) return;
    const call = clientOf(cloud, KinesisClient).send(new DeleteResourcePolicyCommand({ ResourceARN: id }));
    await unlessMissing(call, MISSING);
  },
};
