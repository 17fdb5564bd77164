import type { Finding, ResourceRule } from "../rule.ts";
import { isGiven } from "../unknown.ts";

export const streamMappings: ResourceRule = {
  id: "POL-29",
  name: "stream-mappings",
  pins: "COMP-50",
  holds:
    "A function reads the stream as a registered consumer, from the beginning, in order per student, and what it gives up " +
    "on is kept.",
  remedy: "Set the named property as COMP-50 says.",
  level: "mandatory",
  scope: "resource",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check: ({ props }) => [
    ...Object.entries({
      startingPosition: "TRIM_HORIZON",
      batchSize: 200,
      maximumBatchingWindowInSeconds: 1,
      parallelizationFactor: 10,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 86_400,
    }).map(
      ([property, wanted]) =>
        () =>
          props[property] !== wanted && `${property} is not ${wanted}.`,
    ),
    () =>
      ![props.functionResponseTypes ?? []].flat().includes("ReportBatchItemFailures") &&
      "A failed record would bring the whole batch back (functionResponseTypes).",
    !isGiven(props, "kmsKeyArn") && "kmsKeyArn is not set.",
    // A window sums up over batches: order per student would end at its border.
    () => Number(props.tumblingWindowInSeconds ?? 0) > 0 && "tumblingWindowInSeconds is set.",
    () => unkept(props),
    () =>
      !/^arn:aws:kinesis:[^:]+:[0-9]{12}:stream\/[^/]+\/consumer\//.test(String(props.eventSourceArn)) &&
      "eventSourceArn is no registered consumer.",
    () => !/:function:[^:]+:[^:]+$/.test(String(props.functionName)) && "functionName is no alias of a function.",
  ],
};

function unkept(props: Readonly<Record<string, unknown>>): Finding {
  const { onFailure } = (props.destinationConfig ?? {}) as { onFailure?: { destinationArn?: unknown } };
  return !onFailure?.destinationArn && "destinationConfig.onFailure is not set: what is given up on would be lost.";
}
