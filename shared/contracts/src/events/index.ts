/** Every event of the stream, by type. The API cannot enqueue what is not here. */
import { type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { StudentEvent } from "./envelope.ts";
import { GradeSubmitted } from "./grade-submitted.ts";
import { StudentUpdated } from "./student-updated.ts";

export { StudentEvent, dataSchemaOf, eventSequence } from "./envelope.ts";
export { GradeSubmitted } from "./grade-submitted.ts";
export { StudentUpdated } from "./student-updated.ts";

export const eventSchemas = [StudentUpdated, GradeSubmitted] as const;

export type RecordEvent = Static<(typeof eventSchemas)[number]>;

const schemaByType = new Map<string, TSchema>(eventSchemas.map((schema) => [schema.properties.type.const, schema]));

/**
 * Checks an event before it is enqueued.
 * @throws {Error} it does not match the schema of its type; the message names the place, never the value
 */
export function assertEvent(event: RecordEvent): void {
  const schema = schemaByType.get(event.type);
  if (schema === undefined) throw new Error(`Event type ${event.type} has no schema in shared/contracts/src/events.`);
  refuseUnless(schema, event, event.type);
}

/**
 * Reads an event as a consumer gets it. A type this consumer does not know passes with the common part checked:
 * a newer producer may be ahead.
 * @throws {Error} not an event; the message names the place, never the value
 */
export function parseEvent(json: string): StudentEvent {
  const candidate = parseJson(json);
  refuseUnless(StudentEvent, candidate, "record");
  const event = candidate as StudentEvent;
  const schema = schemaByType.get(event.type);
  if (schema !== undefined) refuseUnless(schema, event, event.type);
  return event;
}

function refuseUnless(schema: TSchema, candidate: unknown, what: string): void {
  if (Value.Check(schema, candidate)) return;
  const [fault] = Value.Errors(schema, candidate);
  throw new Error(
    `${what} is not an event of the contract: ${placeOf(fault?.instancePath)} ${fault?.message ?? "is wrong"}.`,
  );
}

/** The parser's own message quotes the text, which may be student data. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("record is not an event of the contract: it is not JSON.");
  }
}

function placeOf(instancePath = ""): string {
  return instancePath === "" ? "/" : instancePath;
}
