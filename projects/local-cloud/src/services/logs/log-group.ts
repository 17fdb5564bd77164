import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import type { ResourceType } from "../../resource-type.ts";
import { clientOf, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { requireKey } from "../kms/require-key.ts";
import { refuseForeignKey } from "./log-group-key.ts";

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const MISSING = "ResourceNotFoundException";

/** Days CloudWatch Logs can keep events for; 0 is for ever. */
const RETENTIONS_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const CLASSES = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];

export const logGroup: ResourceType = {
  token: LOG_GROUP,
  replaceOnChanges: ["name", "namePrefix", "logGroupClass"],
  computed: ["arn"],
  autoName: "name",
  uniqueBy: ["name"],
  check: ({ name, retentionInDays: days, logGroupClass }) =>
    failures((refuse) => {
      if (known(logGroupClass) && !CLASSES.includes(logGroupClass))
        refuse("logGroupClass", `InvalidParameterException: "${logGroupClass}" is none of ${CLASSES.join(", ")}`);
      if (known(name) && !/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
        refuse(
          "name",
          `InvalidParameterException: "${name}"; a log group's name has 1 to 512 letters, digits and . - _ / #`,
        );
      if (known(days) && !RETENTIONS_DAYS.includes(days))
        refuse(
          "retentionInDays",
          `InvalidParameterException: ${days} days; choose one of ${RETENTIONS_DAYS.join(", ")}.`,
        );
    }),
  create: (inputs, cloud) =>
    undoing(async (onFailure) => {
      await requireKey(cloud, inputs.kmsKeyId);
      const logs = clientOf(cloud, CloudWatchLogsClient);
      const logGroupName = inputs.name as string;
      refuseForeignKey(cloud, inputs.kmsKeyId, arnOf(logGroupName));
      await logs.send(
        new CreateLogGroupCommand({
          logGroupName,
          kmsKeyId: inputs.kmsKeyId as string | undefined,
          tags: inputs.tags as Tags | undefined,
        }),
      );
      onFailure(() => logs.send(new DeleteLogGroupCommand({ logGroupName })));
      await setRetention(logs, logGroupName, inputs.retentionInDays as number | undefined);
      return { id: logGroupName, outputs: { arn: arnOf(logGroupName) } };
    }, cloud.log),
  read: async ({ id, inputs }, cloud) => {
    const logs = clientOf(cloud, CloudWatchLogsClient);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (!found) return undefined;
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arnOf(id) }));
    return {
      name: id,
      arn: arnOf(id),
      ...("retentionInDays" in inputs && { retentionInDays: found.retentionInDays ?? 0 }),
      tags: tags ?? {},
    };
  },
  update: async ({ id, inputs: before }, inputs, cloud) => {
    // moto takes a group's key at creation only: a later one is checked and kept by the account.
    await requireKey(cloud, inputs.kmsKeyId);
    refuseForeignKey(cloud, inputs.kmsKeyId, arnOf(id));
    const logs = clientOf(cloud, CloudWatchLogsClient);
    await setRetention(logs, id, inputs.retentionInDays as number | undefined);
    const { set, unset } = tagChanges(before.tags as Tags, inputs.tags as Tags);
    const resourceArn = arnOf(id);
    if (unset.length > 0) await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: unset }));
    if (Object.keys(set).length > 0) await logs.send(new TagResourceCommand({ resourceArn, tags: set }));
    return {};
  },
  delete: async ({ id, inputs }, cloud) => {
    if (inputs.deletionProtectionEnabled === true)
      throw new Error(`ValidationException: the log group ${id} has deletion protection. Turn it off first.`);
    await unlessMissing(
      clientOf(cloud, CloudWatchLogsClient).send(new DeleteLogGroupCommand({ logGroupName: id })),
      MISSING,
    );
  },
};

function arnOf(name: string): string {
  return arn("logs", `log-group:${name}`);
}

async function setRetention(logs: CloudWatchLogsClient, logGroupName: string, days: number | undefined): Promise<void> {
  if (days) await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: days }));
  else await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
}
