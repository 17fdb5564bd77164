import {
  GetQueueAttributesCommand,
  QueueAttributeName,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";

const MISSING = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

/** A document that hangs on a queue as an attribute of it. */
function attached(token: string, property: string, attribute: QueueAttributeName, checked: boolean): ResourceType {
  const put: NonNullable<ResourceType["update"]> = async (_record, inputs, cloud) => {
    await clientOf(cloud, SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: inputs.queueUrl as string,
        Attributes: { [attribute]: inputs[property] as string },
      }),
    );
    return {};
  };
  return {
    token,
    replaceOnChanges: ["queueUrl"],
    computed: [],
    uniqueBy: ["queueUrl"],
    derivedInputs: policyAsText(property),
    check: (inputs) =>
      checked ? policyFailures(property, inputs[property], { kind: "resource", service: "sqs", lengthMax: 8_192 }) : [],
    create: async (inputs, cloud, urn) => {
      const id = inputs.queueUrl as string;
      await put({ urn, type: token, id, inputs, outputs: {} }, inputs, cloud);
      return { id, outputs: {} };
    },
    read: async ({ id, outputs }, cloud) => {
      const found = await unlessMissing(
        clientOf(cloud, SQSClient).send(new GetQueueAttributesCommand({ QueueUrl: id, AttributeNames: [attribute] })),
        ...MISSING,
      );
      const document = found?.Attributes?.[attribute];
      return document ? { queueUrl: id, [property]: documentNow(outputs[property], document) } : undefined;
    },
    update: put,
    delete: async ({ id }, cloud) => {
      const empty = new SetQueueAttributesCommand({ QueueUrl: id, Attributes: { [attribute]: "" } });
      await unlessMissing(clientOf(cloud, SQSClient).send(empty), ...MISSING);
    },
  };
}

export const queuePolicy = attached("aws:sqs/queuePolicy:QueuePolicy", "policy", QueueAttributeName.Policy, true);
export const redriveAllowPolicy = attached(
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  "redriveAllowPolicy",
  QueueAttributeName.RedriveAllowPolicy,
  false,
);
