import { ACCOUNT_ID } from "../../cloud.ts";
import type { ResourceType } from "../../resource-type.ts";
import { documentNow, unlessMissing } from "../../sdk.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { attributeOf, MISSING, setPolicy, topicPolicyFailures } from "./topic-attributes.ts";

export const topicPolicy: ResourceType = {
  token: "aws:sns/topicPolicy:TopicPolicy",
  replaceOnChanges: ["arn"],
  computed: ["owner"],
  uniqueBy: ["arn"],
  derivedInputs: policyAsText("policy"),
  check: ({ policy, arn }) => topicPolicyFailures(policy, arn),
  create: async ({ arn, policy }, cloud) => {
    await setPolicy(cloud, arn as string, policy as string);
    return { id: arn as string, outputs: { owner: ACCOUNT_ID } };
  },
  read: async ({ id, outputs }, cloud) => {
    const policy = await attributeOf(cloud, id, "Policy");
    return policy === undefined
      ? undefined
      : { arn: id, owner: ACCOUNT_ID, policy: documentNow(outputs.policy, policy) };
  },
  update: async ({ id }, { policy }, cloud) => {
    await setPolicy(cloud, id, policy as string);
    return { owner: ACCOUNT_ID };
  },
  /** A topic is never without a policy: what is left is the one it began with. */
  delete: async ({ id }, cloud) => {
    await unlessMissing(setPolicy(cloud, id, defaultPolicy(id)), ...MISSING);
  },
};

/** The account's own principals may do everything to the topic, and no service may. */
function defaultPolicy(topicArn: string): string {
  const actions = "GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe";
  const Action = `${actions} ListSubscriptionsByTopic Publish`.split(" ").map((action) => `SNS:${action}`);
  const statement = {
    ...{ Sid: "__default_statement_ID", Effect: "Allow", Principal: { AWS: "*" }, Action, Resource: topicArn },
    Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT_ID } },
  };
  return JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [statement] });
}
