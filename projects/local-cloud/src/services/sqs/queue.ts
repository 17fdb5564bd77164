import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  QueueAttributeName,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { requireKey } from "../kms/require-key.ts";

export const QUEUE = "aws:sqs/queue:Queue";
const MISSING = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const RECEIVES_MAX = 1_000;

/** Inputs that are attributes of the queue, with the range AWS takes. */
const ATTRIBUTES = {
  visibilityTimeoutSeconds: ["VisibilityTimeout", 0, 43_200],
  messageRetentionSeconds: ["MessageRetentionPeriod", 60, 1_209_600],
  maxMessageSize: ["MaximumMessageSize", 1_024, 1_048_576],
  delaySeconds: ["DelaySeconds", 0, 900],
  receiveWaitTimeSeconds: ["ReceiveMessageWaitTimeSeconds", 0, 20],
  kmsDataKeyReusePeriodSeconds: ["KmsDataKeyReusePeriodSeconds", 60, 86_400],
} as const satisfies Record<string, readonly [QueueAttributeName, number, number]>;

export const queue: ResourceType = {
  token: QUEUE,
  replaceOnChanges: ["name", "namePrefix", "fifoQueue"],
  computed: ["arn", "url"],
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, fifoQueue } = inputs;
      if (known(name) && !/^[A-Za-z0-9_-]{1,80}$/.test(name))
        refuse(
          "name",
          `InvalidParameterValue: "${name}"; a queue's name has 1 to 80 letters, digits, hyphens and underscores.`,
        );
      if (inputs.kmsMasterKeyId !== undefined && inputs.sqsManagedSseEnabled === true)
        refuse(
          "sqsManagedSseEnabled",
          "InvalidAttributeValue: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
        );
      const redrive = known(inputs.redrivePolicy) ? redriveFault(inputs.redrivePolicy) : undefined;
      if (redrive !== undefined)
        refuse(
          "redrivePolicy",
          `InvalidParameterValue: Value ${inputs.redrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${redrive}.`,
        );
      if (fifoQueue === true) refuse("fifoQueue", "The local cloud has no FIFO queues.");
      for (const [property, [attribute, min, max]] of Object.entries(ATTRIBUTES)) {
        const value = inputs[property] as number | undefined;
        if (known(value) && (value < min || value > max))
          refuse(property, `InvalidAttributeValue: ${attribute} is ${value}; it must be ${min} to ${max}.`);
      }
    }),
  create: async (inputs, cloud) => {
    await requireKey(cloud, inputs.kmsMasterKeyId);
    const name = inputs.name as string;
    const { QueueUrl } = await clientOf(cloud, SQSClient).send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributesOf(inputs), tags: inputs.tags as Tags }),
    );
    return { id: QueueUrl!, outputs: { arn: arn("sqs", name), url: QueueUrl } };
  },
  read: async ({ id, inputs }, cloud) => {
    const sqs = clientOf(cloud, SQSClient);
    const found = await unlessMissing(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl: id, AttributeNames: [QueueAttributeName.All] })),
      ...MISSING,
    );
    if (!found) return undefined;
    const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: id }));
    const now: Properties = { arn: found.Attributes?.QueueArn, url: id, tags: Tags ?? {} };
    for (const [property, [attribute]] of Object.entries(ATTRIBUTES)) {
      const value = found.Attributes?.[attribute];
      if (property in inputs && value !== undefined) now[property] = Number(value);
    }
    return now;
  },
  update: async ({ id, inputs: before }, inputs, cloud) => {
    await requireKey(cloud, inputs.kmsMasterKeyId);
    const sqs = clientOf(cloud, SQSClient);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: id, Attributes: attributesOf(inputs) }));
    const { set, unset } = tagChanges(before.tags as Tags, inputs.tags as Tags);
    if (unset.length > 0) await sqs.send(new UntagQueueCommand({ QueueUrl: id, TagKeys: unset }));
    if (Object.keys(set).length > 0) await sqs.send(new TagQueueCommand({ QueueUrl: id, Tags: set }));
    return {};
  },
  delete: async ({ id }, cloud) => {
    await unlessMissing(clientOf(cloud, SQSClient).send(new DeleteQueueCommand({ QueueUrl: id })), ...MISSING);
  },
};

function redriveFault(policy: string): string | undefined {
  const parsed = parsedObject(policy);
  if (parsed === undefined) return "not valid JSON";
  const { deadLetterTargetArn: target, maxReceiveCount: count } = parsed;
  if (typeof target !== "string" || !/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/.test(target))
    return "deadLetterTargetArn is no ARN of a queue";
  return Number.isInteger(Number(count)) && Number(count) >= 1 && Number(count) <= RECEIVES_MAX
    ? undefined
    : `maxReceiveCount must be an integer from 1 to ${RECEIVES_MAX}`;
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function attributesOf(inputs: Properties): Record<string, string> {
  const attributes = Object.entries(ATTRIBUTES).flatMap(([property, [attribute]]) =>
    inputs[property] === undefined ? [] : [[attribute, String(inputs[property])] as const],
  );
  const key = inputs.kmsMasterKeyId as string | undefined;
  return Object.fromEntries(key === undefined ? attributes : [...attributes, [QueueAttributeName.KmsMasterKeyId, key]]);
}
