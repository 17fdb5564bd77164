import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SNSClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { ACCOUNT_ID } from "../../cloud.ts";
import type { Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { requireKey } from "../kms/require-key.ts";
import { attributeOf, MISSING, setPolicy, topicPolicyFailures } from "./topic-attributes.ts";

/** Inputs that are attributes of the topic, and what each is when the program leaves it out. */
const ATTRIBUTES = {
  displayName: ["DisplayName", ""],
  kmsMasterKeyId: ["KmsMasterKeyId", ""],
  signatureVersion: ["SignatureVersion", "1"],
  tracingConfig: ["TracingConfig", "PassThrough"],
  deliveryPolicy: ["DeliveryPolicy", ""],
} as const;

export const topic: ResourceType = {
  token: "aws:sns/topic:Topic",
  replaceOnChanges: ["name", "namePrefix", "fifoTopic"],
  computed: ["arn", "owner", "policy", "beginningArchiveTime"],
  autoName: "name",
  uniqueBy: ["name"],
  derivedInputs: policyAsText("policy"),
  check: (inputs) =>
    failures((refuse) => {
      const { name, fifoTopic, displayName, signatureVersion, tracingConfig } = inputs;
      if (known(name) && !/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name))
        refuse("name", `InvalidParameter: topic name "${name}" must have 1 to 256 letters, digits, - or _`);
      if (fifoTopic === true || (known(name) && name.endsWith(".fifo")))
        refuse("fifoTopic", "The local cloud has no FIFO topics.");
      if (known(displayName) && displayName.length > 100)
        refuse("displayName", "InvalidParameter: DisplayName has at most 100 characters");
      if (known(signatureVersion) && ![1, 2].includes(Number(signatureVersion)))
        refuse("signatureVersion", `InvalidParameter: SignatureVersion ${signatureVersion} is neither 1 nor 2`);
      if (known(tracingConfig) && !["PassThrough", "Active"].includes(tracingConfig))
        refuse("tracingConfig", `InvalidParameter: TracingConfig "${tracingConfig}" is neither PassThrough nor Active`);
    }).concat(topicPolicyFailures(inputs.policy)),

  create: (inputs, cloud) =>
    undoing(async (onFailure) => {
      await requireKey(cloud, inputs.kmsMasterKeyId);
      const sns = clientOf(cloud, SNSClient);
      const attributes = Object.entries(ATTRIBUTES).flatMap(([property, [attribute]]) =>
        inputs[property] === undefined ? [] : [[attribute, String(inputs[property])] as const],
      );
      const { TopicArn } = await sns.send(
        new CreateTopicCommand({
          Name: inputs.name as string,
          Attributes: Object.fromEntries(attributes),
          Tags: tagList(inputs.tags),
        }),
      );
      const arn = TopicArn!;
      onFailure(() => sns.send(new DeleteTopicCommand({ TopicArn: arn })));
      if (inputs.policy !== undefined) await setPolicy(cloud, arn, inputs.policy as string);
      return { id: arn, outputs: await outputsOf(cloud, arn, inputs) };
    }, cloud.log),

  read: async ({ id, inputs, outputs }, cloud) => {
    const sns = clientOf(cloud, SNSClient);
    const found = await unlessMissing(sns.send(new GetTopicAttributesCommand({ TopicArn: id })), ...MISSING);
    if (found === undefined) return undefined;
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: id }));
    const now: Properties = {
      ...{ arn: id, owner: ACCOUNT_ID, policy: documentNow(outputs.policy, found.Attributes?.Policy) },
      tags: Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    };
    for (const property of ["displayName", "kmsMasterKeyId"] as const) {
      // moto keeps the other attributes and does not tell them.
      const [attribute] = ATTRIBUTES[property];
      if (property in inputs) now[property] = found.Attributes?.[attribute] ?? "";
    }
    return now;
  },

  update: async ({ id, inputs: before }, inputs, cloud) => {
    await requireKey(cloud, inputs.kmsMasterKeyId);
    const sns = clientOf(cloud, SNSClient);
    for (const [property, [AttributeName, absent]] of Object.entries(ATTRIBUTES)) {
      const [was, is] = [before, inputs].map((properties) => String(properties[property] ?? absent));
      if (was !== is)
        await sns.send(new SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue: is }));
    }
    if (inputs.policy !== undefined) await setPolicy(cloud, id, inputs.policy as string);
    const { set, unset } = tagChanges(before.tags as Tags, inputs.tags as Tags);
    if (unset.length > 0) await sns.send(new UntagResourceCommand({ ResourceArn: id, TagKeys: unset }));
    if (Object.keys(set).length > 0) await sns.send(new TagResourceCommand({ ResourceArn: id, Tags: tagList(set) }));
    return outputsOf(cloud, id, inputs);
  },

  delete: async ({ id }, cloud) => {
    await unlessMissing(clientOf(cloud, SNSClient).send(new DeleteTopicCommand({ TopicArn: id })), ...MISSING);
  },
};

async function outputsOf(cloud: Cloud, arn: string, inputs: Properties): Promise<Properties> {
  const policy = (inputs.policy as string | undefined) ?? (await attributeOf(cloud, arn, "Policy"));
  return { arn, owner: ACCOUNT_ID, policy, beginningArchiveTime: "" };
}

function tagList(tags: unknown) {
  return Object.entries((tags ?? {}) as Tags).map(([Key, Value]) => ({ Key, Value }));
}
