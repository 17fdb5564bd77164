/** How an event gets to each kind of target that is on this machine. */
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueAttributeName,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Cloud } from "../../cloud.ts";
import { clientOf, unlessMissing } from "../../sdk.ts";
import type { LambdaService } from "../lambda/index.ts";
import { functionPolicy } from "../lambda/permission.ts";
import { requireAdmission, requireKeyUse, sourceContext } from "./admission.ts";
import { DeliveryFailure } from "./delivery-failure.ts";

export interface Parcel {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly body: string;
  /** Of a dead letter. */
  readonly attributes?: Readonly<Record<string, string>>;
}

type Send = (cloud: Cloud, parcel: Parcel) => Promise<void>;

/** Resolves when the target has the parcel. */
export async function send(cloud: Cloud, parcel: Parcel): Promise<void> {
  const sender = SENDERS[serviceOf(parcel.targetArn)];
  if (sender === undefined) throw new DeliveryFailure("NO_RESOURCE", `${parcel.targetArn} is not on this machine.`);
  await sender(cloud, parcel);
}

export function isServed(targetArn: string): boolean {
  return serviceOf(targetArn) in SENDERS;
}

const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

const toQueue: Send = async (cloud, { ruleArn, targetArn, body, attributes = {} }) => {
  const sqs = clientOf(cloud, SQSClient);
  const name = targetArn.slice(targetArn.lastIndexOf(":") + 1);
  const found = await unlessMissing(
    sqs.send(new GetQueueUrlCommand({ QueueName: name })),
    ...["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"],
  );
  if (found === undefined) throw new DeliveryFailure("NO_RESOURCE", `The queue ${targetArn} does not exist.`);
  const QueueUrl = found.QueueUrl;
  const AttributeNames = [QueueAttributeName.Policy, QueueAttributeName.KmsMasterKeyId];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  requireAdmission({
    ...{ action: "sqs:SendMessage", resource: targetArn, policyOf: `policy of queue ${name}` },
    ...{ policy: Attributes?.Policy, context: sourceContext(ruleArn) },
  });
  const encryptionContext = { "kms:EncryptionContext:aws:sqs:arn": targetArn };
  await requireKeyUse(cloud, Attributes?.KmsMasterKeyId, { ...sourceContext(ruleArn), ...encryptionContext });
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, { DataType: "String", StringValue: value }]),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
};

/**
 * Towards a topic EventBridge carries no source, neither to the topic's policy nor to its key's:
 * "You can't use Condition blocks in Amazon SNS topic policies for EventBridge"
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html), and `aws:SourceAccount` and
 * `aws:SourceArn` in a key policy are "not supported for EventBridge-to-encrypted topics"
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
 */
const toTopic: Send = async (cloud, { targetArn, body }) => {
  const sns = clientOf(cloud, SNSClient);
  const call = sns.send(new GetTopicAttributesCommand({ TopicArn: targetArn }));
  const found = await unlessMissing(call, "NotFoundException", "NotFound");
  if (found === undefined) throw new DeliveryFailure("NO_RESOURCE", `The topic ${targetArn} does not exist.`);
  const { Policy: policy, KmsMasterKeyId } = found.Attributes ?? {};
  const policyOf = `policy of topic ${targetArn.slice(targetArn.lastIndexOf(":") + 1)}`;
  requireAdmission({ action: "sns:Publish", resource: targetArn, policyOf, policy, context: {} });
  await requireKeyUse(cloud, KmsMasterKeyId, { "kms:EncryptionContext:aws:sns:topicArn": targetArn });
  await sns.send(new PublishCommand({ TopicArn: targetArn, Message: body }));
};

/** A function is called without waiting for its answer: its own failures are Lambda's, not EventBridge's. */
const toFunction: Send = async (cloud, { ruleArn, targetArn, body }) => {
  requireAdmission({
    ...{ action: "lambda:InvokeFunction", resource: targetArn },
    policyOf: `policy of function ${targetArn.split(":").slice(6).join(":")}`,
    policy: functionPolicy(cloud, targetArn),
    context: sourceContext(ruleArn),
  });
  try {
    cloud.service<LambdaService>("lambda").invokeLater(targetArn, body);
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith("ResourceNotFoundException") ? new DeliveryFailure("NO_RESOURCE", message) : error;
  }
};

const SENDERS: Readonly<Record<string, Send>> = { sqs: toQueue, sns: toTopic, lambda: toFunction };
