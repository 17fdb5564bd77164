import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ListShardsCommand,
  type _Record as KinesisRecord,
  type KinesisClient,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { ACCOUNT_ID, REGION, type Cloud } from "../../cloud.ts";
import { reportedOutcome, type Outcome } from "./batch.ts";
import { sendToQueue } from "./failure-queue.ts";
import { functionArn, parseFunctionReference } from "./function-version.ts";
import { Throttled, type Functions, type InvocationResult } from "./functions.ts";
import type { GivenUpBecause, LaneSettings } from "./lane.ts";
import { PACE, type Pace } from "./pace.ts";
import { readShard } from "./shard-reader.ts";
import type { Slots } from "./slots.ts";

/** What is kept of a mapping over a restart of the cloud: by shard, how far it is done. */
export interface Checkpoint {
  readonly createdAt: number;
  readonly shards: Record<string, { position?: string; closed?: boolean }>;
}

export interface MappingSettings extends LaneSettings {
  readonly uuid: string;
  readonly functionReference: string;
  /** The stream itself, also when the mapping names a registered consumer. */
  readonly streamArn: string;
  readonly eventSourceArn: string;
  readonly startingPosition: "TRIM_HORIZON" | "LATEST";
  readonly lanesPerShard: number;
  readonly reportsItemFailures: boolean;
  readonly onFailureQueueArn: string | undefined;
}

export interface PollerParts {
  readonly cloud: Cloud;
  readonly functions: Functions;
  /** Of the function's role as it is now. */
  readonly kinesis: () => KinesisClient;
  /** The one that records are read with. @throws the role may not read them */
  readonly reader: () => KinesisClient;
  readonly roleArn: () => string;
  readonly slots: Slots;
  readonly save: (checkpoint: Checkpoint) => void;
  readonly pace?: Pace;
}

const DELIVERY_ATTEMPTS = 3;

/** Moves records from a stream to a function as an event source mapping does. */
export class StreamPoller {
  readonly #parts: PollerParts;
  readonly #settings: MappingSettings;
  readonly #checkpoint: Checkpoint;
  readonly #stop = new AbortController();
  readonly #readers = new Map<string, Promise<void>>();
  readonly #finished: Promise<void>;
  readonly #pace: Pace;
  #lastResult = "No records processed";

  constructor(parts: PollerParts, settings: MappingSettings, checkpoint: Checkpoint) {
    this.#parts = parts;
    this.#settings = settings;
    this.#checkpoint = checkpoint;
    this.#pace = parts.pace ?? PACE;
    this.#finished = this.#watch();
  }

  get lastResult(): string {
    return this.#lastResult;
  }

  /** Resolves when the invocations under way have ended; what they did not finish is delivered again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#finished;
    await Promise.all(this.#readers.values());
    this.#parts.save(this.#checkpoint);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const shards = await this.#shards();
        for (const shard of shards) this.#read(shard, shards);
      } catch (error) {
        if (!signal.aborted) this.#log(`shards of ${this.#settings.streamArn}: ${(error as Error).message}`);
      }
      await Promise.race([this.#pause(this.#pace.listMs), ...this.#readers.values()]);
    }
  }

  async #shards(): Promise<readonly Shard[]> {
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const from = NextToken === undefined ? { StreamARN: this.#settings.streamArn } : { NextToken };
      const page = await this.#parts.kinesis().send(new ListShardsCommand(from), { abortSignal: this.#stop.signal });
      shards.push(...(page.Shards ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return shards;
  }

  /** A shard that came out of others is read when those are done, so that a key's records keep their order. */
  #read(shard: Shard, all: readonly Shard[]): void {
    const id = shard.ShardId ?? "";
    const done = this.#checkpoint.shards;
    if (this.#readers.has(id) || done[id]?.closed === true || this.#stop.signal.aborted) return;
    const parents = [shard.ParentShardId, shard.AdjacentParentShardId].filter((parent) =>
      all.some(({ ShardId }) => ShardId === parent),
    );
    if (parents.some((parent) => parent !== undefined && done[parent]?.closed !== true)) return;
    const { startingPosition, lanesPerShard, streamArn } = this.#settings;
    const reading = readShard({
      kinesis: this.#parts.reader,
      signal: this.#stop.signal,
      settings: this.#settings,
      pace: this.#pace,
      streamArn,
      shardId: id,
      lanes: lanesPerShard,
      position: done[id]?.position,
      // A child of a shard that was read is read from its beginning; "latest" is the moment the mapping was made,
      // so that a restart before the first record loses nothing.
      start:
        startingPosition === "LATEST" && parents.length === 0
          ? { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(this.#checkpoint.createdAt) }
          : { ShardIteratorType: "TRIM_HORIZON" },
      invoke: (records) => this.#invoke(id, records),
      giveUp: (records, because, attempts) => this.#giveUp(id, records, because, attempts),
      onProgress: (position) => {
        if (done[id]?.position === position) return;
        done[id] = { ...done[id], position };
        this.#parts.save(this.#checkpoint);
      },
      log: (message) => this.#log(message),
    })
      .then((end) => {
        if (end === "stopped") return;
        done[id] = { ...done[id], closed: true };
        this.#parts.save(this.#checkpoint);
      })
      .catch((error: unknown) => this.#log(`shard ${id}: ${(error as Error).stack ?? String(error)}`))
      .finally(() => this.#readers.delete(id));
    this.#readers.set(id, reading);
  }

  async #invoke(shardId: string, records: readonly KinesisRecord[]): Promise<Outcome | "throttled"> {
    const { functionReference, reportsItemFailures } = this.#settings;
    const event = JSON.stringify({ Records: records.map((record) => this.#eventRecord(shardId, record)) });
    let result: InvocationResult;
    try {
      result = await this.#parts.slots.use(async () => {
        this.#stop.signal.throwIfAborted();
        return this.#parts.functions.invoke(functionReference, event);
      });
    } catch (error) {
      if (error instanceof Throttled) return "throttled";
      const { message } = error as Error;
      if (message !== this.#lastResult && !this.#stop.signal.aborted) this.#log(message);
      this.#lastResult = message;
      return "throttled"; // the function or its alias is not there: that costs its records no attempt
    }
    if (result.error !== undefined) {
      this.#lastResult = "PROBLEM: Function call failed";
      if (!this.#stop.signal.aborted) this.#log(`${functionReference}: ${result.error.errorType}; see its log`);
      return { kind: "failure" };
    }
    this.#lastResult = "OK";
    const numbers = records.map(({ SequenceNumber = "" }) => SequenceNumber);
    return reportsItemFailures ? reportedOutcome(result.payload, numbers) : { kind: "success" };
  }

  #eventRecord(shardId: string, record: KinesisRecord): object {
    return {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: record.PartitionKey,
        sequenceNumber: record.SequenceNumber,
        data: Buffer.from(record.Data ?? []).toString("base64"),
        approximateArrivalTimestamp: (record.ApproximateArrivalTimestamp?.getTime() ?? 0) / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardId}:${record.SequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: `arn:aws:iam::${ACCOUNT_ID}:role/lambda`,
      awsRegion: REGION,
      eventSourceARN: this.#settings.eventSourceArn,
    };
  }

  /** The message holds positions, never records, as on AWS: whoever replays reads the stream. */
  async #giveUp(
    shardId: string,
    records: readonly KinesisRecord[],
    condition: GivenUpBecause,
    attempts: number,
  ): Promise<void> {
    const { onFailureQueueArn, functionReference, streamArn } = this.#settings;
    const [first, last] = [records[0], records.at(-1)];
    this.#log(`${records.length} records of ${shardId} from ${first?.SequenceNumber} are given up: ${condition}`);
    if (onFailureQueueArn === undefined) return;
    const { name, qualifier } = parseFunctionReference(functionReference);
    const message = {
      requestContext: {
        requestId: randomUUID(),
        functionArn: qualifier === undefined ? functionArn(name) : `${functionArn(name)}:${qualifier}`,
        condition,
        approximateInvokeCount: attempts,
      },
      responseContext: { statusCode: 200, executedVersion: qualifier ?? "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: new Date().toISOString(),
      KinesisBatchInfo: {
        shardId,
        startSequenceNumber: first?.SequenceNumber,
        endSequenceNumber: last?.SequenceNumber,
        approximateArrivalOfFirstRecord: first?.ApproximateArrivalTimestamp?.toISOString(),
        approximateArrivalOfLastRecord: last?.ApproximateArrivalTimestamp?.toISOString(),
        batchSize: records.length,
        streamArn,
      },
    };
    for (let attempt = 1; !this.#stop.signal.aborted; attempt += 1) {
      try {
        await sendToQueue(this.#parts.cloud, this.#parts.roleArn(), onFailureQueueArn, message);
        return;
      } catch (error) {
        this.#log(`on-failure destination ${onFailureQueueArn}: ${(error as Error).message}`);
        if (attempt === DELIVERY_ATTEMPTS) return; // lost, as on AWS (metric DestinationDeliveryFailures); the log has its positions
        await this.#pause(attempt * 1_000);
      }
    }
  }

  /** Ends early when the mapping is stopped. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
  }

  #log(message: string): void {
    this.#parts.cloud.log(`lambda mapping ${this.#settings.uuid}: ${message}`);
  }
}
