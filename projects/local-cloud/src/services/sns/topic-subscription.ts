import { randomUUID } from "node:crypto";
import {
  GetSubscriptionAttributesCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, unlessMissing } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { attributeOf, MISSING } from "./topic-attributes.ts";

/** What an endpoint of each protocol looks like. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  sqs: /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  "email-json": /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  http: /^http:\/\/\S+$/,
  https: /^https:\/\/\S+$/,
  sms: /^\+[1-9]\d{1,14}$/,
};
/** Protocols of AWS that would have to be delivered from here, and are not. */
const NOT_SERVED = ["lambda", "firehose", "application"];

/** Inputs that are attributes of the subscription, and what each is when the program leaves it out. */
const ATTRIBUTES = {
  // First: how a filter policy is read depends on its scope.
  filterPolicyScope: ["FilterPolicyScope", "MessageAttributes"],
  filterPolicy: ["FilterPolicy", ""],
  rawMessageDelivery: ["RawMessageDelivery", "false"],
  redrivePolicy: ["RedrivePolicy", ""],
  deliveryPolicy: ["DeliveryPolicy", ""],
} as const;

export const topicSubscription: ResourceType = {
  token: "aws:sns/topicSubscription:TopicSubscription",
  replaceOnChanges: ["topic", "protocol", "endpoint"],
  computed: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
  uniqueBy: ["topic", "protocol", "endpoint"],
  check: ({ protocol, endpoint, filterPolicy, filterPolicyScope, rawMessageDelivery }) =>
    failures((refuse) => {
      if (known(protocol)) {
        const form = ENDPOINTS[protocol];
        if (NOT_SERVED.includes(protocol))
          refuse("protocol", `The local cloud delivers no notifications to ${protocol}; subscribe a queue.`);
        else if (form === undefined)
          refuse("protocol", `InvalidParameter: Invalid parameter: "${protocol}" is no protocol of SNS`);
        else if (known(endpoint) && !form.test(endpoint))
          refuse("endpoint", `InvalidParameter: Invalid parameter: ${protocol} endpoint "${endpoint}"`);
        if (rawMessageDelivery === true && !["sqs", "http", "https"].includes(protocol))
          refuse("rawMessageDelivery", `InvalidParameter: ${protocol} has no raw message delivery`);
      }
      if (known(filterPolicyScope) && !["MessageAttributes", "MessageBody"].includes(filterPolicyScope))
        refuse("filterPolicyScope", `InvalidParameter: "${filterPolicyScope}" is no scope of a filter policy`);
      if (known(filterPolicyScope) && filterPolicy === undefined)
        refuse("filterPolicyScope", "InvalidParameter: a scope needs a filterPolicy");
    }),

  create: async (inputs, cloud) => {
    const topic = inputs.topic as string;
    if (!isDelivered(inputs)) return recordOnly(cloud, topic);
    return undoing(async (onFailure) => {
      const sns = clientOf(cloud, SNSClient);
      const { SubscriptionArn } = await sns.send(
        new SubscribeCommand({
          ...{ TopicArn: topic, Protocol: inputs.protocol as string, Endpoint: inputs.endpoint as string },
          ReturnSubscriptionArn: true,
        }),
      );
      const arn = SubscriptionArn!;
      onFailure(() => sns.send(new UnsubscribeCommand({ SubscriptionArn: arn })));
      await setAttributes(sns, arn, {}, inputs);
      return { id: arn, outputs: outputsOf(arn, "confirmed") };
    }, cloud.log);
  },

  read: async (record, cloud) => {
    if (!isDelivered(record.inputs)) return record.outputs;
    const call = new GetSubscriptionAttributesCommand({ SubscriptionArn: record.id });
    const found = await unlessMissing(clientOf(cloud, SNSClient).send(call), ...MISSING);
    if (found === undefined) return undefined;
    const { RawMessageDelivery, FilterPolicy } = found.Attributes ?? {};
    return {
      ...outputsOf(record.id, "confirmed"),
      ...("rawMessageDelivery" in record.inputs && { rawMessageDelivery: RawMessageDelivery === "true" }),
      ...("filterPolicy" in record.inputs && { filterPolicy: documentNow(record.outputs.filterPolicy, FilterPolicy) }),
    };
  },

  update: async ({ id, inputs: before }, inputs, cloud) => {
    if (!isDelivered(inputs)) return outputsOf(id, "pending");
    await setAttributes(clientOf(cloud, SNSClient), id, before, inputs);
    return outputsOf(id, "confirmed");
  },

  delete: async ({ id, inputs }, cloud) => {
    if (!isDelivered(inputs)) return;
    await unlessMissing(clientOf(cloud, SNSClient).send(new UnsubscribeCommand({ SubscriptionArn: id })), ...MISSING);
  },
};

/** Only queues are on this machine. Mail, web hooks and phones are other people's: they are never reached from here. */
const isDelivered = ({ protocol }: Properties): boolean => protocol === "sqs";

/** As on AWS before the other side has confirmed: the subscription is there, and nothing is sent. */
async function recordOnly(cloud: Cloud, topicArn: string) {
  if ((await attributeOf(cloud, topicArn, "TopicArn")) === undefined)
    throw new Error(`NotFound: Topic ${topicArn} does not exist.`);
  const arn = `${topicArn}:${randomUUID()}`;
  return { id: arn, outputs: outputsOf(arn, "pending") };
}

function outputsOf(arn: string, state: "confirmed" | "pending"): Properties {
  const confirmed = state === "confirmed";
  return { arn, ownerId: ACCOUNT_ID, confirmationWasAuthenticated: confirmed, pendingConfirmation: !confirmed };
}

async function setAttributes(sns: SNSClient, arn: string, before: Properties, after: Properties): Promise<void> {
  for (const [property, [AttributeName, absent]] of Object.entries(ATTRIBUTES)) {
    const [was, is] = [before, after].map((properties) => String(properties[property] ?? absent));
    if (was !== is)
      await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName, AttributeValue: is }));
  }
}
