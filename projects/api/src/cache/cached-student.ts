/**
 * A student as the cache holds it: 8 bytes of aggregate version, then a short head with what a reply and a decision
 * need, then the reply's body, which is sent as it is and never parsed.
 */

export interface StudentDocument {
  /** Version of the aggregate: what makes a value stale. */
  readonly aggregateVersion: bigint;
  /** Version of the student: what the ETag shows. */
  readonly version: number;
  /** Campuses that agreements are held against. */
  readonly campusIds: readonly string[];
  readonly body: Buffer;
}

const VERSION_BYTES = 8;
const HEAD_LENGTH_BYTES = 2;

export function encode({ aggregateVersion, version, campusIds, body }: StudentDocument): Buffer {
  const head = Buffer.from(JSON.stringify({ version, campusIds }));
  const prefix = Buffer.alloc(VERSION_BYTES + HEAD_LENGTH_BYTES);
  prefix.writeBigUInt64BE(aggregateVersion);
  prefix.writeUInt16BE(head.length, VERSION_BYTES);
  return Buffer.concat([prefix, head, body]);
}

export function decode(value: Buffer): StudentDocument {
  const headAt = VERSION_BYTES + HEAD_LENGTH_BYTES;
  const bodyAt = headAt + value.readUInt16BE(VERSION_BYTES);
  const head = JSON.parse(value.toString("utf8", headAt, bodyAt)) as Pick<StudentDocument, "version" | "campusIds">;
  return { aggregateVersion: value.readBigUInt64BE(0), ...head, body: value.subarray(bodyAt) };
}
