import fc from "fast-check";
import type { OutboxEvent } from "../../src/relay/outbox.ts";
import { publish, retryAfterMs } from "../../src/relay/publish.ts";

const signal = new AbortController().signal;
const event = (student: number, nth: number, bytes = 10): OutboxEvent => ({
  id: `${student}-${nth}`,
  partitionKey: `student-${student}`,
  payload: "x".repeat(bytes),
});

/** A stream that refuses records, and whole calls, as it is told to; it keeps what it accepted. */
function stream(refuse: () => boolean, fail: () => boolean) {
  const calls: OutboxEvent[][] = [];
  const accepted: OutboxEvent[] = [];
  return {
    calls,
    accepted,
    put: (events: readonly OutboxEvent[]) => {
      calls.push([...events]);
      if (fail()) return Promise.reject(new Error("throttled"));
      const results = events.map((each) => {
        if (refuse()) return "ProvisionedThroughputExceededException";
        accepted.push(each);
        return undefined;
      });
      return Promise.resolve(results);
    },
  };
}

describe("publish", () => {
  it("sends every event once, each student's in order, whatever is refused on the way", async () => {
    const students = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 });
    const luck = fc.infiniteStream(fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(students, luck, async (order, luck) => {
        let budget = 6; // refusals cost time: enough of them to meet every case
        const bad = () => budget > 0 && luck.next().value! < 2 && budget-- > 0;
        const target = stream(bad, bad);
        const counts = new Map<number, number>();
        const events = order.map((student) => {
          const nth = counts.get(student) ?? 0;
          counts.set(student, nth + 1);
          return event(student, nth);
        });
        const marked: string[] = [];
        await publish(events, {
          ...{ stream: target, signal, refused: () => undefined },
          accepted: (ids) => {
            marked.push(...ids);
            return Promise.resolve();
          },
        });
        expect(target.accepted.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
        expect(marked).toEqual(target.accepted.map(({ id }) => id));
        for (const [student, count] of counts) {
          const own = target.accepted.filter(({ partitionKey }) => partitionKey === `student-${student}`);
          expect(own.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, nth) => `${student}-${nth}`));
        }
        for (const call of target.calls)
          expect(new Set(call.map(({ partitionKey }) => partitionKey)).size).toBe(call.length);
      }),
      { numRuns: 30 },
    );
  });

  it("puts at most 500 records and 5 MiB into a call, and uses the room there is", async () => {
    const many = stream(
      () => false,
      () => false,
    );
    await publish(
      Array.from({ length: 1_200 }, (_, student) => event(student, 0)),
      {
        ...{ stream: many, signal, refused: () => undefined, accepted: () => Promise.resolve() },
      },
    );
    expect(many.calls.map(({ length }) => length)).toEqual([500, 500, 200]);
    const large = stream(
      () => false,
      () => false,
    );
    await publish(
      Array.from({ length: 12 }, (_, student) => event(student, 0, 1024 * 1024 - 100)),
      {
        ...{ stream: large, signal, refused: () => undefined, accepted: () => Promise.resolve() },
      },
    );
    expect(large.calls.map(({ length }) => length)).toEqual([5, 5, 2]);
  });

  it("lets the others go on while one student is refused", async () => {
    let refusals = 3;
    const accepted: string[] = [];
    await publish([event(1, 0), event(1, 1), event(2, 0), event(2, 1)], {
      stream: {
        put: (events) =>
          Promise.resolve(events.map(({ id }) => (id === "1-0" && refusals-- > 0 ? "InternalFailure" : undefined))),
      },
      ...{ signal, refused: () => undefined },
      accepted: (ids) => {
        accepted.push(...ids);
        return Promise.resolve();
      },
    });
    expect(accepted).toEqual(["2-0", "2-1", "1-0", "1-1"]);
  });
});

it("waits longer after each refusal, up to a limit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (attempts) => {
      const full = Math.min(50 * 2 ** (attempts - 1), 5_000);
      const ms = retryAfterMs(attempts);
      expect(ms).toBeGreaterThanOrEqual(full / 2);
      expect(ms).toBeLessThanOrEqual(full);
    }),
  );
});
