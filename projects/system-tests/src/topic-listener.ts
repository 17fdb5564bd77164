/** Hears what is published to a topic: a queue of its own, subscribed for as long as somebody listens. */
import { randomUUID } from "node:crypto";
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  QueueAttributeName,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Operator } from "./deployment.ts";

export interface TopicListener {
  /** Ids of the events heard so far, as often as they were heard. */
  readonly heard: readonly string[];
  poll(): Promise<void>;
  close(): Promise<void>;
}

export async function listen(operator: Operator, topicArn: string): Promise<TopicListener> {
  const { endpoint, region, credentials } = operator;
  const sqs = new SQSClient({ endpoint, region, credentials });
  const sns = new SNSClient({ endpoint, region, credentials });
  const QueueName = `listens-${randomUUID()}`;
  const queueArn = `arn:aws:sqs:${region}:${topicArn.split(":")[4]}:${QueueName}`;
  const statement = {
    ...{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: queueArn },
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { [QueueAttributeName.Policy]: Policy } }),
  );
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      ...{ TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn, ReturnSubscriptionArn: true },
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  const heard: string[] = [];
  return {
    heard,
    poll: async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return;
      heard.push(...Messages.map(({ Body = "{}" }) => (JSON.parse(Body) as { id: string }).id));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    },
    close: async () => {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sns.destroy();
      sqs.destroy();
    },
  };
}
