/** The shape every event on the stream has: CloudEvents 1.0 in JSON, with what ordering and authorization need beside it. */
import { Type, type Static, type TObject } from "typebox";

const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
const Instant = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" });
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** What every event about a student tells, whatever its type. `before` and `after` hold the changed fields only. */
const changeProperties = {
  entityId: Uuid,
  /** Version of the entity after the change. */
  version: Version,
  /** Version of the student aggregate after the change: what cache markers are raised to. */
  aggregateVersion: Version,
  /** Paths such as `person.personalEmail`. A restricted field is named here and nowhere else. */
  changedFields: Type.Array(Type.String()),
};

const envelopeProperties = {
  specversion: Type.Literal("1.0"),
  id: Uuid,
  /** `/records/<environment>` */
  source: Type.String({ pattern: "^/records/[a-z][a-z0-9]{1,9}$" }),
  /** `students/<id>` or `<entity>/<id>` */
  subject: Type.String({ pattern: "^[a-z-]+/[0-9a-f-]{36}$" }),
  time: Instant,
  datacontenttype: Type.Literal("application/json"),
  dataschema: Type.String({ pattern: "^https://" }),
  /** Student id: one student's events stay in order on one shard. */
  partitionkey: Uuid,
  /** The student's event number, zero-padded so that text order is number order; contiguous from 1. */
  sequence: Type.String({ pattern: "^[0-9]{20}$" }),
  /** Highest class of any value inside: directory or personally identifiable. */
  classification: Type.Enum(["d", "p"]),
  /** Home campus of the student. */
  campus: Uuid,
  /** Principal or client that made the change. */
  actor: Type.String({ minLength: 1 }),
  correlationid: Type.String({ minLength: 1 }),
  traceparent: Type.Optional(Type.String({ pattern: "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" })),
};

/** The part a consumer can rely on before it knows the type. Tolerant of unknown members: majors grow by addition. */
export const StudentEvent = Type.Object({
  ...envelopeProperties,
  type: Type.String({ pattern: "^edu\\.records\\.[a-z]+\\.[a-z_]+\\.v[0-9]+$" }),
  data: Type.Object(changeProperties),
});
export type StudentEvent = Static<typeof StudentEvent>;

/** Schema of one event type: the envelope, with the changed values before and after. */
export function studentEvent<T extends string, V extends TObject>(type: T, values: V) {
  return Type.Object({
    ...envelopeProperties,
    type: Type.Literal(type),
    data: Type.Object({ ...changeProperties, before: Type.Optional(values), after: values }),
  });
}

/** Where the schema of an event type is published. */
export function dataSchemaOf(type: string): string {
  return `https://schemas.records.example.edu/events/${type}.json`;
}

/** @throws {RangeError} not a positive integer of at most 20 digits */
export function eventSequence(number: bigint): string {
  const digits = number.toString();
  if (number < 1n || digits.length > 20)
    throw new RangeError(`Event sequence is ${digits}; expected 1 to 20 digits, from 1.`);
  return digits.padStart(20, "0");
}
