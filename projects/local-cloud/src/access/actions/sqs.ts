/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
import { arn } from "../../identifiers.ts";
import type { AccountView } from "../account-view.ts";
import { throughService } from "../keys.ts";
import { operations, type Input, type Use } from "../request.ts";

const queueArn = ({ QueueUrl, QueueName }: Input): string =>
  arn(
    "sqs",
    String(
      QueueName ??
        String(QueueUrl ?? "")
          .split("/")
          .at(-1),
    ),
  );

const onQueue =
  (operation: string, keyActions: readonly ("Decrypt" | "GenerateDataKey")[] = []) =>
  (input: Input, account: AccountView): readonly Use[] =>
    onQueueArn(account, queueArn(input), operation, keyActions);

function onQueueArn(
  account: AccountView,
  resource: string,
  operation: string,
  keyActions: readonly ("Decrypt" | "GenerateDataKey")[],
): readonly Use[] {
  const keyId = account.byArn(resource)?.inputs.kmsMasterKeyId as string | undefined;
  return [
    { action: `sqs:${operation}`, resource },
    ...throughService(account, "sqs", keyId, keyActions, { "aws:sqs:arn": resource }),
  ];
}

/** What Lambda does in a function's name with what it gives up on. */
export function sendingTo(account: AccountView, queue: string): readonly Use[] {
  return onQueueArn(account, queue, "SendMessage", ["GenerateDataKey", "Decrypt"]);
}

// A batch is allowed by the action of its one message.
export const sqs = operations({
  ChangeMessageVisibility: onQueue("ChangeMessageVisibility"),
  ChangeMessageVisibilityBatch: onQueue("ChangeMessageVisibility"),
  DeleteMessage: onQueue("DeleteMessage"),
  DeleteMessageBatch: onQueue("DeleteMessage"),
  GetQueueAttributes: onQueue("GetQueueAttributes"),
  GetQueueUrl: onQueue("GetQueueUrl"),
  ListQueues: () => [{ action: "sqs:ListQueues", resource: "*" }],
  ReceiveMessage: onQueue("ReceiveMessage", ["Decrypt"]),
  SendMessage: onQueue("SendMessage", ["GenerateDataKey", "Decrypt"]),
  SendMessageBatch: onQueue("SendMessage", ["GenerateDataKey", "Decrypt"]),
});
