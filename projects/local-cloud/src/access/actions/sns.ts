/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
import type { AccountView } from "../account-view.ts";
import { throughService } from "../keys.ts";
import { operations, type Input, type Use } from "../request.ts";

const onTopic =
  (operation: string) =>
  (input: Input): readonly Use[] => [{ action: `sns:${operation}`, resource: String(input.TopicArn ?? "") }];

function publish(input: Input, account: AccountView): readonly Use[] {
  const resource = String(input.TopicArn ?? input.TargetArn ?? "");
  const keyId = account.byArn(resource)?.inputs.kmsMasterKeyId as string | undefined;
  const key = throughService(account, "sns", keyId, ["GenerateDataKey", "Decrypt"], { "aws:sns:topicArn": resource });
  return [{ action: "sns:Publish", resource }, ...key];
}

export const sns = operations({
  GetTopicAttributes: onTopic("GetTopicAttributes"),
  ListTopics: () => [{ action: "sns:ListTopics", resource: "*" }],
  Publish: publish,
  PublishBatch: publish,
});
