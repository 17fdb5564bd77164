import fc from "fast-check";
import type { Cloud } from "../../src/cloud.ts";
import { Throttled, type Functions } from "../../src/services/lambda/functions.ts";
import { Slots } from "../../src/services/lambda/slots.ts";
import { StreamPoller, type Checkpoint, type MappingSettings } from "../../src/services/lambda/stream-poller.ts";
import { eventually } from "../support/eventually.ts";
import { FakeStream } from "./fake-stream.ts";

jest.setTimeout(120_000);

const AT_ONCE = { idleMs: 1, retryMs: 1, listMs: 1, backoffFirstMs: 1, backoffMsMax: 2, throttledMs: 1 };
const SETTINGS: MappingSettings = {
  uuid: "order",
  functionReference: "consumer:live",
  streamArn: "arn:aws:kinesis:us-east-1:000000000000:stream/events",
  eventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/events/consumer/c:1",
  startingPosition: "TRIM_HORIZON",
  lanesPerShard: 10,
  reportsItemFailures: true,
  onFailureQueueArn: undefined,
  batchSize: 6,
  windowMs: 0,
  bisect: true,
  maximumRetryAttempts: 2,
  maximumRecordAgeMs: -1,
};

/** What an invocation does with its batch. */
type Fate =
  { readonly does: "all" | "throws" | "throttled" } | { readonly does: "stops" | "throws late"; readonly at: number };
const fates: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>({ does: "all" }) },
  { weight: 1, arbitrary: fc.constantFrom<Fate>({ does: "throws" }, { does: "throttled" }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom("stops" as const, "throws late" as const), at: fc.nat(5) }),
  },
);
/** What happens to the stream meanwhile. */
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ key: fc.integer({ min: 1, max: 9 }), poison: fc.constant(false) }) },
    { weight: 1, arbitrary: fc.record({ key: fc.integer({ min: 1, max: 9 }), poison: fc.constant(true) }) },
    { weight: 1, arbitrary: fc.constant("split" as const) },
    { weight: 2, arbitrary: fc.constant("wait" as const) },
  ),
  { minLength: 1, maxLength: 60 },
);

interface Data {
  readonly n: number;
  readonly poison: boolean;
}

/** The consumer: applies records in order, and notes what is not in order. */
class Consumer {
  readonly faults: string[] = [];
  readonly applied = new Map<string, Set<number>>();
  readonly givenUp = new Map<string, Set<number>>();
  readonly bySequence = new Map<string, { key: string; n: number }>();
  readonly #busy = new Set<string>();
  readonly #fates: Fate[];

  constructor(plan: readonly Fate[]) {
    this.#fates = [...plan];
  }

  async invoke(event: string): Promise<{ executedVersion: string; payload: string; error?: never }> {
    const fate = this.#fates.shift() ?? { does: "all" };
    if (fate.does === "throttled") throw new Throttled("consumer");
    const { Records } = JSON.parse(event) as {
      Records: { kinesis: { partitionKey: string; sequenceNumber: string; data: string } }[];
    };
    const keys = new Set(Records.map(({ kinesis }) => kinesis.partitionKey));
    for (const key of keys) {
      if (this.#busy.has(key)) this.faults.push(`${key} is in two batches at once`);
      this.#busy.add(key);
    }
    try {
      if (fate.does === "throws") return failure();
      for (const [index, { kinesis }] of Records.entries()) {
        await new Promise((resolve) => setImmediate(resolve));
        const data = JSON.parse(Buffer.from(kinesis.data, "base64").toString()) as Data;
        this.bySequence.set(kinesis.sequenceNumber, { key: kinesis.partitionKey, n: data.n });
        if (fate.does === "throws late" && index === fate.at) return failure();
        if (data.poison || (fate.does === "stops" && index === fate.at))
          return success({ batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] });
        this.#apply(kinesis.partitionKey, data.n);
      }
      return success({ batchItemFailures: [] });
    } finally {
      for (const key of keys) this.#busy.delete(key);
    }
  }

  /** The mapping says in its log what it gives up, by the first sequence number. */
  hear(line: string): void {
    const [, count, sequence] = /(\d+) records of \S+ from (\d+) are given up/.exec(line) ?? [];
    if (sequence === undefined) return;
    const { key, n } = this.bySequence.get(sequence) ?? { key: "unknown", n: 0 };
    if (count !== "1") this.faults.push(`${count} records were given up at once, though they could be parted`);
    this.givenUp.set(key, (this.givenUp.get(key) ?? new Set()).add(n));
  }

  hadItsTurn(key: string, n: number): boolean {
    return [this.applied, this.givenUp].some((turns) => turns.get(key)?.has(n) === true);
  }

  /** Every earlier record of the key must have had its turn: records may come again, and never too early. */
  #apply(key: string, n: number): void {
    for (let earlier = 1; earlier < n; earlier += 1) {
      if (!this.hadItsTurn(key, earlier)) this.faults.push(`${key}: ${n} before ${earlier}`);
    }
    this.applied.set(key, (this.applied.get(key) ?? new Set()).add(n));
  }
}

const failure = () =>
  ({ executedVersion: "1", payload: "{}", error: { errorType: "Error", errorMessage: "late" } }) as never;
const success = (payload: object) => ({ executedVersion: "1", payload: JSON.stringify(payload) });

describe("an event source mapping of two shards with ten lanes each", () => {
  it("gives every record of a key its turn in order, through failures, retries, cuts and splits of shards", async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fates, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (script, plan, perRead) => {
          const stream = new FakeStream(2, perRead);
          const consumer = new Consumer(plan);
          const checkpoint: Checkpoint = { createdAt: 0, shards: {} };
          const poller = new StreamPoller(
            {
              cloud: { log: (line: string) => consumer.hear(line) } as unknown as Cloud,
              functions: { invoke: (_: string, event: string) => consumer.invoke(event) } as unknown as Functions,
              kinesis: () => stream.client,
              reader: () => stream.client,
              roleArn: () => "arn:aws:iam::000000000000:role/consumer",
              slots: new Slots(8),
              save: () => undefined,
              pace: AT_ONCE,
            },
            SETTINGS,
            checkpoint,
          );
          const sent = new Map<string, Data[]>();
          for (const step of script) {
            if (step === "split") stream.split();
            else if (step === "wait") await new Promise((resolve) => setImmediate(resolve));
            else {
              const key = `student-${step.key}`;
              const data = { n: (sent.get(key)?.length ?? 0) + 1, poison: step.poison };
              sent.set(key, [...(sent.get(key) ?? []), data]);
              stream.put(key, data);
            }
          }
          try {
            await eventually(() => {
              for (const [key, records] of sent) {
                const done = records.filter(({ n }) => consumer.hadItsTurn(key, n));
                expect(done).toHaveLength(records.length);
              }
            });
          } finally {
            await poller.stop();
          }
          expect(consumer.faults).toEqual([]);
          for (const [key, records] of sent) {
            for (const { n, poison } of records) if (poison) expect(consumer.givenUp.get(key)).toContain(n);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
