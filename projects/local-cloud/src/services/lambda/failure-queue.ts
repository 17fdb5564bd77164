import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../cloud.ts";
import { clientOf } from "../../sdk.ts";

/**
 * Sends what failed to a queue in the name of the function's role, as Lambda does: a role that may not send loses it.
 * Lambda knows the queue's address by itself, so the role is not asked for that.
 */
export async function sendToQueue(cloud: Cloud, roleArn: string, queueArn: string, message: object): Promise<void> {
  const QueueName = queueArn.slice(queueArn.lastIndexOf(":") + 1);
  const { QueueUrl } = await clientOf(cloud, SQSClient).send(new GetQueueUrlCommand({ QueueName }));
  const sqs = new SQSClient({ ...cloud.sdk, credentials: cloud.credentials.issue(roleArn) });
  try {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  } finally {
    sqs.destroy();
  }
}
