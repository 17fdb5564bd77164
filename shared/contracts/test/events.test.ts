import fc from "fast-check";
import { assertEvent, dataSchemaOf, eventSequence, parseEvent, type StudentUpdated } from "../src/events/index.ts";

const student = "01890a5d-ac96-774b-bcce-b302099a8057";
const event: StudentUpdated = {
  specversion: "1.0",
  id: "01890a5d-ac96-774b-bcce-b302099a8058",
  source: "/records/local",
  type: "edu.records.student.updated.v1",
  subject: `students/${student}`,
  time: "2026-09-01T14:05:09.120Z",
  datacontenttype: "application/json",
  dataschema: dataSchemaOf("edu.records.student.updated.v1"),
  partitionkey: student,
  sequence: eventSequence(7n),
  classification: "p",
  campus: "01890a5d-ac96-774b-bcce-b302099a8059",
  actor: "client-1",
  correlationid: "correlation-1",
  data: {
    entityId: student,
    version: 3,
    aggregateVersion: 9,
    changedFields: ["person.personalEmail"],
    before: { person: { personalEmail: null } },
    after: { person: { personalEmail: "planted@example.edu" } },
  },
};

describe("events", () => {
  it("passes what is in the contract, and a consumer reads the same", () => {
    assertEvent(event);
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  it("refuses to enqueue an event without its values, names the place and not the value", () => {
    const broken = { ...event, data: { ...event.data, after: { person: { personalEmail: ["planted"] } } } };
    expect(() => assertEvent(broken as unknown as StudentUpdated)).toThrow("/data/after/person/personalEmail");
    try {
      assertEvent(broken as unknown as StudentUpdated);
    } catch (error) {
      expect(String(error)).not.toContain("planted");
    }
  });

  it("does not quote a record that is not JSON", () => {
    expect(() => parseEvent("planted@example.edu")).toThrow("it is not JSON");
    expect(() => parseEvent("planted@example.edu")).not.toThrow("planted");
  });

  it("lets a consumer pass over a type that a newer producer sends, but not over a missing sequence", () => {
    const newer = {
      ...event,
      type: "edu.records.student.merged.v1",
      data: { ...event.data, after: { anything: true } },
    };
    expect(parseEvent(JSON.stringify(newer)).type).toBe("edu.records.student.merged.v1");
    expect(() => parseEvent(JSON.stringify({ ...newer, sequence: "7" }))).toThrow("/sequence");
  });
});

describe("eventSequence", () => {
  const number = fc.bigInt({ min: 1n, max: 10n ** 20n - 1n });
  it("makes text order the same as number order, beyond 2^53 too", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(eventSequence(a) < eventSequence(b)).toBe(a < b);
        expect(BigInt(eventSequence(a))).toBe(a);
      }),
    );
  });
  it.each([0n, -1n, 10n ** 20n])("refuses %p", (wrong) => {
    expect(() => eventSequence(wrong)).toThrow(RangeError);
  });
});
