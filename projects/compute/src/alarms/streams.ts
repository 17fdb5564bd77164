import type { AlarmRow } from "./alarm.ts";
import { fanOut, lambda, queue } from "./metrics.ts";
import type { Watched } from "./watched.ts";

const BEHIND_MS = 60_000;

/** COMP-75 and COMP-76: consumers keep up, and what they give up on is seen. */
export function streams(watched: Watched): readonly AlarmRow[] {
  const behind = { periodSeconds: 60, comparison: "above", points: [3, 3], missing: "notBreaching" } as const;
  return [
    ...watched.consumers.flatMap(({ purpose, registered, function: functionName }): AlarmRow[] => [
      {
        ...behind,
        purpose: `${purpose}-behind`,
        rule: "COMP-75",
        says: `Consumer ${purpose} reads events that are more than a minute old`,
        todo: "See its function's errors and throttles: one event that fails holds up all that follow it in its shard.",
        subject: { metric: fanOut(watched, registered, "SubscribeToShardEvent.MillisBehindLatest", "Maximum") },
        threshold: BEHIND_MS,
        urgency: "look",
      },
      {
        ...behind,
        purpose: `${purpose}-iterator-old`,
        rule: "COMP-75",
        says: `Function of consumer ${purpose} works on events that are more than a minute old`,
        todo: "See its duration and concurrency; a batch that is tried again and again shows as errors.",
        subject: { metric: lambda(functionName, "IteratorAge", "Maximum") },
        threshold: BEHIND_MS,
        urgency: "look",
      },
    ]),
    ...watched.deadLetterQueues.map(({ purpose, queue: queueName }): AlarmRow => ({
      purpose: `${purpose}-dlq-not-empty`,
      rule: "COMP-76",
      says: `Consumer ${purpose} gave up on events`,
      todo: "Read the message: it has positions in the stream, not the events. Mend the cause and replay while the stream keeps them.",
      subject: { metric: queue(queueName, "ApproximateNumberOfMessagesVisible", "Maximum") },
      periodSeconds: 60,
      comparison: "at least",
      threshold: 1,
      points: [1, 1],
      missing: "notBreaching",
      urgency: "look",
    })),
  ];
}
