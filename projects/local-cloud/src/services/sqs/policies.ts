import {
  GetQueueAttributesCommand,
  QueueAttributeName,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, documentNow, unlessMissing } from "../../sdk.ts";
import { policyFailures } from "../iam/policy-checks.ts";
import { policyAsText } from "../iam/policy-document.ts";
import { QUEUE } from "./queue.ts";

const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const PERMISSIONS = ["allowAll", "denyAll", "byQueue"];
const SOURCES_MAX = 10;
const MISSING = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const POLICY = QueueAttributeName.Policy;

const put: NonNullable<ResourceType["update"]> = async (_record, { queueUrl, policy }, cloud) => {
  const attributes = { QueueUrl: queueUrl as string, Attributes: { [POLICY]: policy as string } };
  await clientOf(cloud, SQSClient).send(new SetQueueAttributesCommand(attributes));
  return {};
};

/** Hangs on the queue as an attribute of it. */
export const queuePolicy: ResourceType = {
  token: QUEUE_POLICY,
  replaceOnChanges: ["queueUrl"],
  computed: [],
  uniqueBy: ["queueUrl"],
  derivedInputs: policyAsText("policy"),
  check: ({ policy }) => policyFailures("policy", policy, { kind: "resource", service: "sqs", lengthMax: 8_192 }),
  create: async (inputs, cloud, urn) => {
    const id = inputs.queueUrl as string;
    await put({ urn, type: QUEUE_POLICY, id, inputs, outputs: {} }, inputs, cloud);
    return { id, outputs: {} };
  },
  read: async ({ id, outputs }, cloud) => {
    const asked = new GetQueueAttributesCommand({ QueueUrl: id, AttributeNames: [POLICY] });
    const found = await unlessMissing(clientOf(cloud, SQSClient).send(asked), ...MISSING);
    const policy = found?.Attributes?.[POLICY];
    return policy ? { queueUrl: id, policy: documentNow(outputs.policy, policy) } : undefined;
  },
  update: put,
  delete: async ({ id }, cloud) => {
    const empty = new SetQueueAttributesCommand({ QueueUrl: id, Attributes: { [POLICY]: "" } });
    await unlessMissing(clientOf(cloud, SQSClient).send(empty), ...MISSING);
  },
};

/** In the account alone: moto does not know the attribute. */
export const redriveAllowPolicy = recordedType({
  token: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  id: ({ queueUrl }) => queueUrl as string,
  replaceOnChanges: ["queueUrl"],
  uniqueBy: ["queueUrl"],
  derivedInputs: policyAsText("redriveAllowPolicy"),
  check: ({ redriveAllowPolicy: policy }) =>
    failures((refuse) => {
      const fault = known(policy) ? redriveAllowFault(String(policy)) : undefined;
      if (fault !== undefined)
        refuse(
          "redriveAllowPolicy",
          `InvalidAttributeValue: Value ${String(policy)} for parameter RedriveAllowPolicy is invalid. Reason: ${fault}.`,
        );
    }),
  conflict: ({ queueUrl }, cloud) =>
    cloud.account.byId(QUEUE, queueUrl as string) === undefined
      ? `QueueDoesNotExist: The specified queue ${queueUrl as string} does not exist.`
      : undefined,
});

/** Of queues that may name this one as where their messages go: all, none, or up to ten by name. */
function redriveAllowFault(text: string): string | undefined {
  const { redrivePermission, sourceQueueArns, ...unknown } = parsed(text);
  if (!PERMISSIONS.includes(redrivePermission as string))
    return `redrivePermission is none of ${PERMISSIONS.join(", ")}`;
  if (Object.keys(unknown).length > 0) return `it has no ${Object.keys(unknown).join(", ")}`;
  if (redrivePermission !== "byQueue")
    return sourceQueueArns === undefined ? undefined : "sourceQueueArns go with byQueue alone";
  const arns = Array.isArray(sourceQueueArns) ? (sourceQueueArns as unknown[]) : [];
  if (arns.length === 0 || arns.length > SOURCES_MAX) return `sourceQueueArns has 1 to ${SOURCES_MAX} queues`;
  const other = arns.find(
    (each) => typeof each !== "string" || !/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/.test(each),
  );
  return other === undefined ? undefined : `${JSON.stringify(other)} is no ARN of a queue`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
