import fc from "fast-check";
import { processBatch, type KinesisBatch } from "../../src/runtime/batch.ts";
import { recordOf, studentEvent, STUDENTS } from "../student-events.ts";

/** A record each: whose it is, and whether its effect fails. */
const plan = fc.array(fc.record({ student: fc.nat({ max: STUDENTS.length - 1 }), fails: fc.boolean() }), {
  maxLength: 40,
});

function batchOf(records: readonly { student: number }[]): KinesisBatch {
  return { Records: records.map(({ student }, index) => recordOf(studentEvent(STUDENTS[student]!, index + 1), index)) };
}

describe("a batch", () => {
  it("reports exactly the first failed record, and applies everything before it", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (records) => {
        const applied: number[] = [];
        const { response, report } = await processBatch(batchOf(records), async ({ data }) => {
          await Promise.resolve();
          if (records[data.aggregateVersion - 1]!.fails) throw new Error("refused");
          applied.push(data.aggregateVersion - 1);
        });
        const first = records.findIndex(({ fails }) => fails);
        expect(response.batchItemFailures).toEqual(first < 0 ? [] : [{ itemIdentifier: String(first) }]);
        const before = records.keys().filter((index) => first < 0 || index < first);
        for (const index of before) expect(applied).toContain(index);
        expect(report.applied + report.failed).toBe(records.length);
      }),
    );
  });

  it("never lets an event overtake an earlier one of the same student, whatever the others do", async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.infiniteStream(fc.nat({ max: 3 })), async (records, pauses) => {
        const seen = new Map<string, number[]>();
        await processBatch(batchOf(records), async ({ partitionkey, data }) => {
          for (let turns = pauses.next().value as number; turns > 0; turns--) await Promise.resolve();
          const index = data.aggregateVersion - 1;
          seen.set(partitionkey, [...(seen.get(partitionkey) ?? []), index]);
          if (records[index]!.fails) throw new Error("refused");
        });
        for (const order of seen.values()) {
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          expect(order.slice(0, -1).filter((index) => records[index]!.fails)).toEqual([]);
        }
      }),
    );
  });

  const student = STUDENTS[0]!;
  it.each([
    ["not JSON", '{"personalEmail":"planted@example.edu"'],
    ["not an event", JSON.stringify({ personalEmail: "planted@example.edu" })],
    [
      "an event without a version",
      JSON.stringify({ ...studentEvent(student, 1), data: { personalEmail: "planted@example.edu" } }),
    ],
    ["of another student", JSON.stringify(studentEvent(STUDENTS[1]!, 1))],
    [
      "a list with a stranger in it",
      JSON.stringify([studentEvent(student, 1), { personalEmail: "planted@example.edu" }]),
    ],
  ])("fails a record that is %s, and quotes nothing of it", async (_what, data) => {
    const bad = { kinesis: { sequenceNumber: "7", partitionKey: student, data: Buffer.from(data).toString("base64") } };
    const { response, report } = await processBatch({ Records: [bad] }, () => Promise.resolve());
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "7" }]);
    expect(report.firstFailure?.reason).toContain("not an event of the contract");
    expect(JSON.stringify(report)).not.toContain("planted");
    expect(JSON.stringify(report)).not.toContain(student);
  });

  it("takes a record of several consecutive events", async () => {
    const versions: number[] = [];
    const record = recordOf([studentEvent(student, 1), studentEvent(student, 2)], 0);
    await processBatch({ Records: [record] }, ({ data }) => Promise.resolve(void versions.push(data.aggregateVersion)));
    expect(versions).toEqual([1, 2]);
  });
});
