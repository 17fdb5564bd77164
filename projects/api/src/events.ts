/** Makes the event of a change, checked against its schema before it can be enqueued. */
import { assertEvent, dataSchemaOf, eventSequence, type RecordEvent } from "@records/contracts";
import { v7 as uuidv7 } from "uuid";
import type { Request } from "./caller.ts";
import type { Enqueued } from "./repositories/students.ts";

export interface Change<E extends RecordEvent> {
  readonly type: E["type"];
  readonly subject: string;
  readonly studentId: string;
  readonly homeCampusId: string;
  /** The student's number of this event. */
  readonly sequence: bigint;
  readonly classification: "d" | "p";
  readonly at: string;
  readonly data: E["data"];
}

export function eventOf<E extends RecordEvent>(environment: string, request: Request, change: Change<E>): Enqueued {
  const event = {
    specversion: "1.0",
    id: uuidv7(),
    source: `/records/${environment}`,
    type: change.type,
    subject: change.subject,
    time: change.at,
    datacontenttype: "application/json",
    dataschema: dataSchemaOf(change.type),
    partitionkey: change.studentId,
    sequence: eventSequence(change.sequence),
    classification: change.classification,
    campus: change.homeCampusId,
    actor: request.caller.clientId,
    correlationid: request.correlationId,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    data: change.data,
  } as RecordEvent;
  assertEvent(event);
  return {
    id: event.id,
    lane: laneOf(change.studentId),
    sequence: change.sequence.toString(),
    type: event.type,
    payload: JSON.stringify(event),
  };
}

/** One of 16, the same for all events of a student: the last digit of an id is random. */
export function laneOf(partitionKey: string): number {
  return Number.parseInt(partitionKey.slice(-1), 16);
}
