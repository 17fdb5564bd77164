import { randomUUID } from "node:crypto";
import { DescribeStreamSummaryCommand } from "@aws-sdk/client-kinesis";
import { mappingStream } from "../../access/actions/kinesis.ts";
import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import { failures, known } from "../../known.ts";
import type { CheckFailure, Properties, ResourceType } from "../../resource-type.ts";
import { functionArn, parseFunctionReference } from "./function-version.ts";
import type { Functions } from "./functions.ts";
import type { Mappings } from "./mappings.ts";
import type { MappingSettings } from "./stream-poller.ts";

export const EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

export function eventSourceMappingType(functions: Functions, mappings: Mappings): ResourceType {
  return {
    token: EVENT_SOURCE_MAPPING,
    uniqueBy: ["eventSourceArn", "functionName"],
    replaceOnChanges: ["eventSourceArn", "startingPosition", "startingPositionTimestamp"],
    computed: ["arn", "uuid", "functionArn", "state", "stateTransitionReason", "lastModified", "lastProcessingResult"],
    check: checkMapping,
    create: async (inputs, cloud) => {
      await refuseUnusable(inputs, cloud, functions, mappings);
      const uuid = randomUUID();
      await mappings.put(mappingSettings(uuid, inputs), inputs.enabled !== false);
      return {
        id: uuid,
        outputs: {
          uuid,
          arn: `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:event-source-mapping:${uuid}`,
          lastProcessingResult: "No records processed",
          ...outputsOf(inputs),
        },
      };
    },
    update: async (record, inputs, cloud) => {
      await refuseUnusable(inputs, cloud, functions, mappings);
      await mappings.put(mappingSettings(record.id, inputs), inputs.enabled !== false);
      return outputsOf(inputs);
    },
    read: async (record) => ({
      lastProcessingResult: mappings.lastResult(record.id) ?? record.outputs.lastProcessingResult,
    }),
    delete: (record) => mappings.remove(record.id),
  };
}

function outputsOf(inputs: Properties): Properties {
  const { name, qualifier } = parseFunctionReference(inputs.functionName);
  return {
    functionArn: qualifier === undefined ? functionArn(name) : `${functionArn(name)}:${qualifier}`,
    state: inputs.enabled === false ? "Disabled" : "Enabled",
    stateTransitionReason: "USER_INITIATED",
    lastModified: new Date().toISOString(),
  };
}

/** A registered consumer reads the stream whose ARN its own begins with. */
const streamArnOf = (eventSourceArn: string): string => eventSourceArn.replace(/\/consumer\/.*$/, "");

export function mappingSettings(uuid: string, inputs: Properties): MappingSettings {
  const ageSeconds: number = inputs.maximumRecordAgeInSeconds ?? -1;
  return {
    uuid,
    functionReference: inputs.functionName,
    streamArn: streamArnOf(inputs.eventSourceArn),
    eventSourceArn: inputs.eventSourceArn,
    startingPosition: inputs.startingPosition,
    lanesPerShard: inputs.parallelizationFactor ?? 1,
    reportsItemFailures: (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures"),
    onFailureQueueArn: inputs.destinationConfig?.onFailure?.destinationArn,
    batchSize: inputs.batchSize ?? 100,
    windowMs: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
    bisect: inputs.bisectBatchOnFunctionError === true,
    maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
    maximumRecordAgeMs: ageSeconds < 0 ? -1 : ageSeconds * 1000,
  };
}

/** Lambda looks at function and stream when a mapping is made. */
async function refuseUnusable(
  inputs: Properties,
  cloud: Cloud,
  functions: Functions,
  mappings: Mappings,
): Promise<void> {
  const { roleArn } = functions.requireVersion(inputs.functionName);
  const eventSourceArn: string = inputs.eventSourceArn;
  const streamArn = streamArnOf(eventSourceArn);
  if (eventSourceArn !== streamArn && cloud.account.byArn(eventSourceArn) === undefined) {
    throw new Error(
      `InvalidParameterValueException: Consumer not found: ${eventSourceArn}. Register it on the stream first.`,
    );
  }
  const { access } = cloud;
  const why = access.roleRefusal(roleArn, mappingStream(access.account, eventSourceArn));
  if (why !== undefined) {
    throw new Error(
      `InvalidParameterValueException: Cannot access stream ${streamArn}. Please ensure the role can perform the ` +
        `GetRecords, GetShardIterator, DescribeStream and ListShards actions on it: ${why}`,
    );
  }
  await mappings
    .kinesisOf(roleArn)
    .send(new DescribeStreamSummaryCommand({ StreamARN: streamArn, StreamName: streamArn.split("/").at(-1) }))
    .catch((error: Error) => {
      throw new Error(`InvalidParameterValueException: Cannot access stream ${streamArn}: ${error.message}`, {
        cause: error,
      });
    });
}

const NOT_DONE = [
  ...[
    "amazonManagedKafkaEventSourceConfig",
    "documentDbEventSourceConfig",
    "filterCriteria",
    "provisionedPollerConfig",
    "queues",
  ],
  ...[
    "scalingConfig",
    "selfManagedEventSource",
    "selfManagedKafkaEventSourceConfig",
    "sourceAccessConfigurations",
    "topics",
  ],
  "startingPositionTimestamp",
];

function checkMapping(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    if (inputs.eventSourceArn === undefined)
      refuse("eventSourceArn", "InvalidParameterValueException: an event source is needed");
    if (
      known(inputs.eventSourceArn) &&
      !/^arn:aws:kinesis:[^:]+:\d{12}:stream\/[^/]+(\/consumer\/[^/]+)?$/.test(inputs.eventSourceArn)
    ) {
      refuse(
        "eventSourceArn",
        `the local cloud maps Kinesis streams and their consumers, not ${inputs.eventSourceArn}`,
      );
    }
    if (inputs.startingPosition === undefined) {
      refuse(
        "startingPosition",
        "InvalidParameterValueException: 1 validation error: startingPosition is required for streams",
      );
    }
    if (known(inputs.startingPosition) && !["TRIM_HORIZON", "LATEST"].includes(inputs.startingPosition)) {
      refuse("startingPosition", `the local cloud starts at TRIM_HORIZON or LATEST, not at ${inputs.startingPosition}`);
    }
    const within = (property: string, low: number, high: number): void => {
      const value: unknown = inputs[property];
      if (typeof value === "number" && !(value >= low && value <= high)) {
        refuse(property, `InvalidParameterValueException: ${property} ${value} is not between ${low} and ${high}`);
      }
    };
    within("batchSize", 1, 10_000);
    within("maximumBatchingWindowInSeconds", 0, 300);
    within("parallelizationFactor", 1, 10);
    within("maximumRetryAttempts", -1, 10_000);
    if (inputs.maximumRecordAgeInSeconds !== -1) within("maximumRecordAgeInSeconds", 60, 604_800);
    if (known(inputs.tumblingWindowInSeconds) && inputs.tumblingWindowInSeconds > 0) {
      refuse("tumblingWindowInSeconds", "the local cloud does not do tumbling windows");
    }
    const onFailure: unknown = known(inputs.destinationConfig)
      ? inputs.destinationConfig.onFailure?.destinationArn
      : undefined;
    if (typeof onFailure === "string" && !onFailure.startsWith("arn:aws:sqs:")) {
      refuse("destinationConfig", `the local cloud sends failures to SQS queues, not to ${onFailure}`);
    }
    for (const property of NOT_DONE)
      if (known(inputs[property])) refuse(property, `the local cloud does not do ${property}`);
  });
}
