/** A Kinesis stream in memory, as far as a mapping asks it: shards that can be split, and reads of a few records. */
import type { KinesisClient, _Record as KinesisRecord } from "@aws-sdk/client-kinesis";
import { laneOf } from "../../src/services/lambda/batch.ts";

interface FakeShard {
  readonly id: string;
  readonly parent?: string;
  /** Of 8 slots that keys fall into. */
  readonly slots: readonly number[];
  readonly records: KinesisRecord[];
  closed: boolean;
}

const SLOTS = 8;

export class FakeStream {
  readonly #shards: FakeShard[] = [];
  readonly #recordsPerRead: number;
  #sequence = 0;

  constructor(shards: number, recordsPerRead: number) {
    this.#recordsPerRead = recordsPerRead;
    const all = Array.from({ length: SLOTS }, (_, slot) => slot);
    for (let n = 0; n < shards; n += 1) this.#open(all.filter((slot) => slot % shards === n));
  }

  put(key: string, data: object): void {
    // Another hash than the lanes use, or a shard's keys would all meet in the same lanes.
    const slot = laneOf(`slot of ${key}`, SLOTS);
    const shard = this.#shards.find(({ closed, slots }) => !closed && slots.includes(slot));
    this.#sequence += 1;
    shard?.records.push({
      PartitionKey: key,
      SequenceNumber: String(this.#sequence).padStart(8, "0"),
      Data: Buffer.from(JSON.stringify(data)),
      ApproximateArrivalTimestamp: new Date(),
    });
  }

  /** Closes the widest open shard: its keys go on in two new ones. */
  split(): void {
    const [widest] = this.#shards.filter(({ closed }) => !closed).toSorted((a, b) => b.slots.length - a.slots.length);
    if (widest === undefined || widest.slots.length < 2) return;
    widest.closed = true;
    const half = widest.slots.length / 2;
    this.#open(widest.slots.slice(0, half), widest.id);
    this.#open(widest.slots.slice(half), widest.id);
  }

  get client(): KinesisClient {
    const send = (command: { readonly constructor: { readonly name: string }; readonly input: never }) =>
      Promise.resolve(this.#answer(command.constructor.name, command.input));
    return { send } as unknown as KinesisClient;
  }

  #open(slots: readonly number[], parent?: string): void {
    const id = `shardId-${String(this.#shards.length).padStart(12, "0")}`;
    this.#shards.push({ id, slots, records: [], closed: false, ...(parent !== undefined && { parent }) });
  }

  #answer(
    command: string,
    input: { ShardId?: string; ShardIterator?: string; StartingSequenceNumber?: string },
  ): object {
    if (command === "ListShardsCommand")
      return { Shards: this.#shards.map(({ id, parent }) => ({ ShardId: id, ParentShardId: parent })) };
    if (command === "GetShardIteratorCommand") {
      const { records = [] } = this.#shards.find(({ id }) => id === input.ShardId) ?? {};
      const after = records.findIndex(({ SequenceNumber }) => SequenceNumber === input.StartingSequenceNumber);
      return { ShardIterator: `${input.ShardId}/${after + 1}` };
    }
    if (command !== "GetRecordsCommand") throw new Error(`The stream of this test does not know ${command}.`);
    const [id, from = "0"] = (input.ShardIterator ?? "").split("/");
    const shard = this.#shards.find((each) => each.id === id)!;
    const end = Number(from) + this.#recordsPerRead;
    const over = shard.closed && end >= shard.records.length;
    return {
      Records: shard.records.slice(Number(from), end),
      ...(!over && { NextShardIterator: `${id}/${Math.min(end, shard.records.length)}` }),
    };
  }
}
