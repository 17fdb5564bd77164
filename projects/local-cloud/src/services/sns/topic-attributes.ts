import { GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { listOf, matchesWildcard } from "@records/iam";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { CheckFailure } from "../../resource-type.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { parsePolicy } from "../iam/policy-document.ts";

export const MISSING = ["NotFoundException", "NotFound"];

/**
 * What a statement on a topic may name: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html.
 * SNS takes no wildcard here, for `SNS:*` would cover actions that concern no topic.
 */
const ACTIONS = [
  ...["AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic"],
  ...["ListTagsForResource", "Publish", "PutDataProtectionPolicy", "Receive", "RemovePermission"],
  ...["SetTopicAttributes", "Subscribe"],
].map((action) => `sns:${action}`.toLowerCase());

const POLICY_LENGTH_MAX = 30_720;

/** @param topicArn when it is known already: a policy concerns its own topic alone */
export function topicPolicyFailures(policy: unknown, topicArn?: unknown): readonly CheckFailure[] {
  const statements = known(policy) ? (parsePolicy(policy)?.Statement ?? []) : [];
  return policyFailures("policy", policy, { kind: "resource", lengthMax: POLICY_LENGTH_MAX }).concat(
    failures((refuse) => {
      for (const action of statements.flatMap(({ Action }) => listOf(Action)))
        if (!ACTIONS.includes(action.toLowerCase()))
          refuse(
            "policy",
            `InvalidParameter: Policy statement action out of service scope! "${action}" cannot be allowed or denied ` +
              "on a topic; name the actions one by one, for instance SNS:Publish.",
          );
      if (typeof topicArn !== "string") return;
      for (const resource of statements.flatMap(({ Resource }) => listOf(Resource)))
        if (!matchesWildcard(resource, topicArn))
          refuse("policy", `InvalidParameter: Policy statement resource "${resource}" is not the topic ${topicArn}`);
    }),
  );
}

/** Undefined: there is no such topic, or no such attribute. */
export async function attributeOf(cloud: Cloud, topicArn: string, name: string): Promise<string | undefined> {
  const call = clientOf(cloud, SNSClient).send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  return (await unlessMissing(call, ...MISSING))?.Attributes?.[name];
}

export async function setPolicy(cloud: Cloud, topicArn: string, policy: string): Promise<void> {
  const command = { TopicArn: topicArn, AttributeName: "Policy", AttributeValue: policy };
  await clientOf(cloud, SNSClient).send(new SetTopicAttributesCommand(command));
}
