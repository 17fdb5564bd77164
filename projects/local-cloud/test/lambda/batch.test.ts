import fc from "fast-check";
import { decide, laneOf, Progress, reportedOutcome, type Outcome, type Work } from "../../src/services/lambda/batch.ts";

interface Record {
  readonly id: number;
  readonly poison: boolean;
}

/** Drives a batch to its end as a lane does, with a handler that stops at the first poisoned record. */
function run(
  records: readonly Record[],
  settings: { bisect: boolean; maximumRetryAttempts: number },
  reports: boolean,
) {
  const seen: number[] = [];
  const completed: Record[] = [];
  const discarded: Record[] = [];
  let invocations = 0;
  let open: readonly Work<Record>[] = [{ records, failures: 0 }];
  for (let work = open[0]; work !== undefined; work = open[0]) {
    invocations += 1;
    const bad = work.records.findIndex(({ poison }) => poison);
    seen.push(...work.records.slice(0, bad < 0 ? undefined : bad).map(({ id }) => id));
    const failure: Outcome = reports ? { kind: "partial", firstFailed: bad } : { kind: "failure" };
    const decision = decide(work, bad < 0 ? { kind: "success" } : failure, settings);
    completed.push(...decision.completed);
    discarded.push(...decision.discarded);
    open = [...decision.next, ...open.slice(1)];
  }
  return { seen, completed, discarded, invocations };
}

const batch = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 40 })
  .map((poisons) => poisons.map((poison, id) => ({ id, poison })));
const attempts = fc.integer({ min: 0, max: 4 });

describe("a batch", () => {
  it("with bisecting loses its poisoned records and no other", () => {
    fc.assert(
      fc.property(batch, attempts, fc.boolean(), (records, maximumRetryAttempts, reports) => {
        const { completed, discarded } = run(records, { bisect: true, maximumRetryAttempts }, reports);
        expect(discarded).toEqual(records.filter(({ poison }) => poison));
        expect(completed).toEqual(records.filter(({ poison }) => !poison));
      }),
    );
  });

  it("loses no record in silence: each is done or given up, once, in order", () => {
    fc.assert(
      fc.property(batch, attempts, fc.boolean(), fc.boolean(), (records, maximumRetryAttempts, bisect, reports) => {
        const { completed, discarded } = run(records, { bisect, maximumRetryAttempts }, reports);
        const ids = [...completed, ...discarded].map(({ id }) => id);
        expect(ids.toSorted((a, b) => a - b)).toEqual(records.map(({ id }) => id));
        expect(completed).toEqual(completed.toSorted((a, b) => a.id - b.id));
      }),
    );
  });

  it("is tried exactly as often as the attempts say when nothing of it can be done", () => {
    const records = [{ id: 0, poison: true }];
    expect(run(records, { bisect: false, maximumRetryAttempts: 5 }, true).invocations).toBe(6);
  });

  it("goes on from the first failed record, and does not hand out again what is done", () => {
    const records = [0, 1, 2, 3].map((id) => ({ id, poison: id === 2 }));
    const { seen } = run(records, { bisect: true, maximumRetryAttempts: 1 }, true);
    expect(seen).toEqual([0, 1, 3]);
  });
});

describe("a function's answer", () => {
  const numbers = ["10", "11", "12"];
  it.each([
    ["null", { kind: "success" }],
    ["{}", { kind: "success" }],
    ['{"batchItemFailures":[]}', { kind: "success" }],
    ['{"batchItemFailures":[{"itemIdentifier":"12"},{"itemIdentifier":"11"}]}', { kind: "partial", firstFailed: 1 }],
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', { kind: "failure" }],
    ['{"batchItemFailures":[{"itemIdentifier":"99"}]}', { kind: "failure" }],
    ['{"batchItemFailures":"x"}', { kind: "failure" }],
    ['"done"', { kind: "failure" }],
    ["not json", { kind: "failure" }],
  ])("%s means %p", (payload, outcome) => expect(reportedOutcome(payload, numbers)).toEqual(outcome));
});

describe("lanes", () => {
  it("give a key to the same lane each time, and use all of them", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (key, lanes) => {
        expect(laneOf(key, lanes)).toBe(laneOf(key, lanes));
        expect(laneOf(key, lanes)).toBeLessThan(lanes);
      }),
    );
    expect(new Set(Array.from({ length: 200 }, (_, n) => laneOf(`student-${n}`, 10))).size).toBe(10);
  });
});

describe("progress", () => {
  it("is the last record of which no earlier one is open, in whatever order records are done", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain((count) =>
          fc.shuffledSubarray(
            Array.from({ length: count }, (_, n) => String(n)),
            { minLength: count },
          ),
        ),
        (order) => {
          const progress = new Progress(undefined);
          order.forEach((_, n) => progress.read(String(n)));
          const done = new Set<string>();
          for (const number of order) {
            progress.done(number);
            done.add(number);
            let upTo = 0;
            while (done.has(String(upTo))) upTo += 1;
            expect(progress.position).toBe(upTo === 0 ? undefined : String(upTo - 1));
            expect(progress.open).toBe(order.length - upTo);
          }
        },
      ),
    );
  });
});
