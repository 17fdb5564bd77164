import { setTimeout as sleep } from "node:timers/promises";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as KinesisRecord,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import { laneOf, Progress } from "./batch.ts";
import { Lane, type LaneParts } from "./lane.ts";

export interface ShardReaderParts extends Omit<LaneParts, "done"> {
  readonly kinesis: () => KinesisClient;
  readonly streamArn: string;
  readonly shardId: string;
  readonly lanes: number;
  /** Sequence number up to which everything is done; undefined: the mapping's starting position. */
  readonly position: string | undefined;
  readonly start: Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "Timestamp">;
  readonly onProgress: (position: string) => void;
  readonly log: (message: string) => void;
}

/** Reads one shard from its checkpoint on and spreads its records over the lanes; resolves when a closed shard is done. */
export async function readShard(parts: ShardReaderParts): Promise<"closed" | "stopped"> {
  const { kinesis, streamArn, shardId, pace } = parts;
  const ending = new AbortController(); // for the lanes, which outlast a closed shard otherwise
  const signal = AbortSignal.any([parts.signal, ending.signal]);
  const progress = new Progress(parts.position);
  let lastRead = parts.position;
  const lanes = Array.from(
    { length: parts.lanes },
    () =>
      new Lane({
        ...parts,
        signal,
        done: (records) => {
          for (const { SequenceNumber } of records) if (SequenceNumber !== undefined) progress.done(SequenceNumber);
          if (progress.position !== undefined) parts.onProgress(progress.position);
        },
      }),
  );
  const backlogMax = parts.settings.batchSize * parts.lanes * 2;
  let iterator: string | undefined;
  let closed = false;

  while (!signal.aborted && !(closed && progress.open === 0)) {
    if (closed || progress.open >= backlogMax) {
      await pause(pace.idleMs, signal);
      continue;
    }
    try {
      iterator ??= await iteratorFrom(lastRead);
      if (iterator === undefined) throw new Error("no iterator");
      const Limit = Math.min(10_000, backlogMax - progress.open);
      const reply = await kinesis().send(
        new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: iterator, Limit }),
      );
      const records = reply.Records ?? [];
      for (const record of records) take(record);
      iterator = reply.NextShardIterator;
      closed = iterator === undefined;
      if (records.length === 0 && !closed) await pause(pace.idleMs, signal);
    } catch (error) {
      if (signal.aborted) break;
      const { name, message } = error as Error;
      // An iterator lives five minutes; everything else is said, and tried again.
      if (name !== "ExpiredIteratorException")
        parts.log(`${shardId} of ${streamArn} cannot be read: ${name}: ${message}`);
      iterator = undefined;
      await pause(pace.retryMs, signal);
    }
  }
  const end = parts.signal.aborted ? "stopped" : "closed";
  ending.abort();
  await Promise.all(lanes.map((lane) => lane.finished));
  return end;

  function take(record: KinesisRecord): void {
    if (record.SequenceNumber === undefined) return;
    progress.read(record.SequenceNumber);
    lastRead = record.SequenceNumber;
    lanes[laneOf(record.PartitionKey ?? "", lanes.length)]?.push(record);
  }

  async function iteratorFrom(position: string | undefined): Promise<string | undefined> {
    const from: Pick<GetShardIteratorCommandInput, "ShardIteratorType" | "Timestamp" | "StartingSequenceNumber"> =
      position === undefined
        ? parts.start
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: position };
    const input = { StreamARN: streamArn, StreamName: streamArn.split("/").at(-1), ShardId: shardId, ...from };
    return (await kinesis().send(new GetShardIteratorCommand(input))).ShardIterator;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
}
