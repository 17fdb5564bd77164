import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from "@aws-sdk/client-kinesis";
import type { MetricsName, StreamDescriptionSummary, StreamModeDetails } from "@aws-sdk/client-kinesis";
import { setTimeout as delay } from "node:timers/promises";
import { arn } from "../../identifiers.ts";
import { failures, known } from "../../known.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { clientOf, tagChanges, unlessMissing } from "../../sdk.ts";
import type { Tags } from "../../sdk.ts";
import { undoing } from "../../undo.ts";
import { requireKey } from "../kms/require-key.ts";

export const STREAM = "aws:kinesis/stream:Stream";
export const MISSING = "ResourceNotFoundException";
const DEFAULT_RETENTION_HOURS = 24;
const ACTIVE_WITHIN_MS = 30_000;

const modeOf = (inputs: Properties): string => (inputs.streamModeDetails?.streamMode as string) ?? "PROVISIONED";
const encrypts = (inputs: Properties): boolean => inputs.encryptionType === "KMS";

export const stream: ResourceType = {
  token: STREAM,
  replaceOnChanges: ["name"],
  computed: ["arn", "streamModeDetails"],
  autoName: "name",
  uniqueBy: ["name"],
  check: (inputs) =>
    failures((refuse) => {
      const { name, shardCount, retentionPeriod: hours, encryptionType, kmsKeyId, streamModeDetails } = inputs;
      if (known(name) && !/^[a-zA-Z0-9_.-]{1,128}$/.test(name))
        refuse("name", `ValidationException: "${name}" may hold letters, digits, _ . and -, at most 128.`);
      if (known(hours) && (hours < 24 || hours > 8760))
        refuse("retentionPeriod", `InvalidArgumentException: ${hours} hours; retention is 24 to 8760 hours.`);
      if (known(encryptionType) && !["NONE", "KMS"].includes(encryptionType))
        refuse("encryptionType", `ValidationException: "${encryptionType}" is not NONE or KMS.`);
      if (encryptionType === "KMS" && kmsKeyId === undefined)
        refuse("kmsKeyId", "InvalidArgumentException: encryption by KMS needs a key.");
      if (streamModeDetails !== undefined && !known(streamModeDetails?.streamMode)) return;
      const onDemand = modeOf(inputs) === "ON_DEMAND";
      if (onDemand && known(shardCount))
        refuse("shardCount", "ValidationException: an ON_DEMAND stream counts its shards itself.");
      if (!onDemand && shardCount === undefined)
        refuse("shardCount", "ValidationException: a PROVISIONED stream needs a shard count.");
      if (known(shardCount) && shardCount < 1)
        refuse("shardCount", "ValidationException: a stream has at least one shard.");
    }),

  create: (inputs, cloud) =>
    undoing(async (onFailure) => {
      await requireKey(cloud, inputs.kmsKeyId);
      const kinesis = clientOf(cloud, KinesisClient);
      const StreamName = inputs.name as string;
      const StreamModeDetails = { StreamMode: modeOf(inputs) } as StreamModeDetails;
      await kinesis.send(
        new CreateStreamCommand({
          ...{ StreamName, StreamModeDetails },
          ShardCount: inputs.shardCount as number | undefined,
        }),
      );
      onFailure(() => kinesis.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true })));
      await conform(kinesis, await untilActive(kinesis, StreamName), inputs);
      const tags = (inputs.tags ?? {}) as Record<string, string>;
      if (Object.keys(tags).length > 0) await kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: tags }));
      const StreamARN = arn("kinesis", `stream/${StreamName}`);
      return { id: StreamARN, outputs: { arn: StreamARN, streamModeDetails: { streamMode: modeOf(inputs) } } };
    }, cloud.log),

  read: async ({ id, inputs }, cloud) => {
    const kinesis = clientOf(cloud, KinesisClient);
    const found = await unlessMissing(kinesis.send(new DescribeStreamSummaryCommand({ StreamARN: id })), MISSING);
    const summary = found?.StreamDescriptionSummary;
    if (summary === undefined || summary.StreamStatus === "DELETING") return undefined;
    const mode = summary.StreamModeDetails?.StreamMode ?? "PROVISIONED";
    return {
      arn: id,
      retentionPeriod: summary.RetentionPeriodHours,
      encryptionType: summary.EncryptionType ?? "NONE",
      ...("kmsKeyId" in inputs && { kmsKeyId: summary.KeyId }),
      streamModeDetails: { streamMode: mode },
      ...("shardLevelMetrics" in inputs && {
        shardLevelMetrics: inOrderOf(inputs.shardLevelMetrics, metricsOf(summary)),
      }),
      ...(mode === "PROVISIONED" && { shardCount: summary.OpenShardCount }),
      tags: await tagsOf(kinesis, id),
    };
  },

  update: async ({ id }, inputs, cloud) => {
    await requireKey(cloud, inputs.kmsKeyId);
    const kinesis = clientOf(cloud, KinesisClient);
    const name = inputs.name as string;
    await conform(kinesis, await untilActive(kinesis, name), inputs);
    const { set, unset } = tagChanges(await tagsOf(kinesis, id), inputs.tags as Tags);
    if (unset.length > 0) await kinesis.send(new RemoveTagsFromStreamCommand({ StreamARN: id, TagKeys: unset }));
    if (Object.keys(set).length > 0) await kinesis.send(new AddTagsToStreamCommand({ StreamARN: id, Tags: set }));
    return { streamModeDetails: { streamMode: modeOf(inputs) } };
  },

  delete: async ({ id, inputs }, cloud) => {
    const EnforceConsumerDeletion = inputs.enforceConsumerDeletion === true;
    const call = new DeleteStreamCommand({ StreamARN: id, EnforceConsumerDeletion });
    await unlessMissing(clientOf(cloud, KinesisClient).send(call), MISSING);
  },
};

/** Brings a living stream from what it is to what the inputs say, one call for each difference. */
async function conform(kinesis: KinesisClient, now: StreamDescriptionSummary, inputs: Properties): Promise<void> {
  const StreamName = inputs.name as string;
  const StreamARN = arn("kinesis", `stream/${StreamName}`);
  const settled = () => untilActive(kinesis, StreamName);

  const StreamMode = modeOf(inputs) as "ON_DEMAND" | "PROVISIONED";
  if ((now.StreamModeDetails?.StreamMode ?? "PROVISIONED") !== StreamMode) {
    await kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode } }));
    await settled();
  }
  const TargetShardCount = inputs.shardCount as number | undefined;
  if (StreamMode === "PROVISIONED" && TargetShardCount !== undefined && TargetShardCount !== now.OpenShardCount) {
    await kinesis.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }));
    await settled();
  }
  const RetentionPeriodHours = (inputs.retentionPeriod as number | undefined) ?? DEFAULT_RETENTION_HOURS;
  const keeps = now.RetentionPeriodHours ?? DEFAULT_RETENTION_HOURS;
  if (RetentionPeriodHours > keeps) {
    await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
  } else if (RetentionPeriodHours < keeps) {
    await kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
  }
  await conformEncryption(kinesis, now, inputs);
  await conformMetrics(kinesis, now, inputs);
  await settled();
}

async function conformEncryption(
  kinesis: KinesisClient,
  now: StreamDescriptionSummary,
  inputs: Properties,
): Promise<void> {
  const StreamName = inputs.name as string;
  const KeyId = inputs.kmsKeyId as string | undefined;
  const encrypted = now.EncryptionType === "KMS";
  if (encrypts(inputs) && (!encrypted || now.KeyId !== KeyId)) {
    await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
  } else if (!encrypts(inputs) && encrypted) {
    await kinesis.send(new StopStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: now.KeyId }));
  }
}

async function conformMetrics(
  kinesis: KinesisClient,
  now: StreamDescriptionSummary,
  inputs: Properties,
): Promise<void> {
  const StreamName = inputs.name as string;
  const wanted = (inputs.shardLevelMetrics ?? []) as MetricsName[];
  const current = metricsOf(now);
  const superfluous = current.filter((metric) => !wanted.includes(metric));
  const missing = wanted.filter((metric) => !current.includes(metric));
  if (superfluous.length > 0) {
    await kinesis.send(new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: superfluous }));
  }
  if (missing.length > 0) {
    await kinesis.send(new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: missing }));
  }
}

function metricsOf(summary: StreamDescriptionSummary): readonly MetricsName[] {
  return (summary.EnhancedMonitoring ?? []).flatMap(({ ShardLevelMetrics }) => ShardLevelMetrics ?? []);
}

/** The service gives a set in an order of its own: as recorded where it is the same set. */
function inOrderOf(recorded: unknown, current: readonly string[]): readonly string[] {
  const list = Array.isArray(recorded) ? (recorded as string[]) : [];
  return list.length === current.length && list.every((item) => current.includes(item)) ? list : current;
}

async function untilActive(kinesis: KinesisClient, StreamName: string): Promise<StreamDescriptionSummary> {
  const deadline = Date.now() + ACTIVE_WITHIN_MS;
  for (;;) {
    const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (summary?.StreamStatus === "ACTIVE") return summary;
    if (Date.now() > deadline)
      throw new Error(`The stream ${StreamName} is ${summary?.StreamStatus} and does not get ACTIVE.`);
    await delay(50);
  }
}

async function tagsOf(kinesis: KinesisClient, StreamARN: string): Promise<Record<string, string>> {
  const { Tags: tags } = await kinesis.send(new ListTagsForStreamCommand({ StreamARN }));
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
