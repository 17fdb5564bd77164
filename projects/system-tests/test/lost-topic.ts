import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Operator } from "../src/deployment.ts";
import { eventually } from "../src/eventually.ts";

/** Runs `work` while a topic is gone, and brings the topic back as it was; who had subscribed to it is forgotten. */
export async function withoutTopic<T>(operator: Operator, topicArn: string, work: () => Promise<T>): Promise<T> {
  const sns = new SNSClient(clientOptions(operator));
  const TopicArn = topicArn;
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }));
  await sns.send(new DeleteTopicCommand({ TopicArn }));
  try {
    return await work();
  } finally {
    const { KmsMasterKeyId, Policy } = Attributes;
    await sns.send(
      new CreateTopicCommand({
        ...{ Name: topicArn.slice(topicArn.lastIndexOf(":") + 1), Tags },
        Attributes: { SignatureVersion: "2", ...(KmsMasterKeyId !== undefined && { KmsMasterKeyId }) },
      }),
    );
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue: Policy }));
    sns.destroy();
  }
}

export interface DeadLetter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** Waits until the queue holds the event with this id, and takes it off. */
export async function deadLetterOf(operator: Operator, queueArn: string, eventId: string): Promise<DeadLetter> {
  const sqs = new SQSClient(clientOptions(operator));
  const QueueName = queueArn.slice(queueArn.lastIndexOf(":") + 1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  try {
    return await eventually(`event ${eventId} in ${QueueName}`, async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
      );
      const message = Messages.find(({ Body = "{}" }) => (JSON.parse(Body) as { id?: string }).id === eventId);
      if (message === undefined) return undefined;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      const attributes = Object.entries(message.MessageAttributes ?? {});
      return {
        body: message.Body ?? "",
        attributes: Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue])),
      };
    });
  } finally {
    sqs.destroy();
  }
}

function clientOptions({ endpoint, region, credentials }: Operator) {
  return { endpoint, region, credentials };
}
