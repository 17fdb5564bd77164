// Synthetic events and the records that carry them.
import type { StudentEvent } from "@records/contracts";
import type { KinesisRecord } from "../src/runtime/batch.ts";

const uuid = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;

export const STUDENTS: readonly string[] = [1, 2, 3, 4].map(uuid);

export function studentEvent(studentId: string, aggregateVersion: number): StudentEvent {
  return {
    specversion: "1.0",
    id: uuid(1_000 + (aggregateVersion % 1_000_000)),
    source: "/records/test",
    type: "edu.records.attendance.recorded.v1",
    subject: `students/${studentId}`,
    time: "2026-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    dataschema: "https://schemas.records.example.edu/events/edu.records.attendance.recorded.v1.json",
    partitionkey: studentId,
    sequence: String(aggregateVersion).padStart(20, "0"),
    classification: "p",
    campus: uuid(9),
    actor: "a-client",
    correlationid: "a-request",
    data: { entityId: studentId, version: aggregateVersion, aggregateVersion, changedFields: [] },
  };
}

/** @param position becomes the sequence number */
export function recordOf(content: StudentEvent | readonly StudentEvent[], position: number): KinesisRecord {
  const [first] = [content].flat() as [StudentEvent];
  const data = Buffer.from(JSON.stringify(content)).toString("base64");
  return { kinesis: { sequenceNumber: String(position), partitionKey: first.partitionkey, data } };
}
