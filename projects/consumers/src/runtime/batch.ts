/**
 * One batch of stream records: decoded, checked against the contract, and given to a handler so that one student's
 * events are applied one after the other while other students do not wait.
 */
import { parseEvent, type StudentEvent } from "@records/contracts";

/** What Lambda passes for a Kinesis stream; only what is read here. */
export interface KinesisBatch {
  readonly Records: readonly KinesisRecord[];
}
export interface KinesisRecord {
  readonly kinesis: {
    readonly sequenceNumber: string;
    readonly partitionKey: string;
    /** Base64. */
    readonly data: string;
  };
}

/** Partial batch response: Lambda delivers everything from the named record on again, and nothing before it. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface BatchReport {
  readonly records: number;
  readonly applied: number;
  /** Records that failed or stand behind one of the same student that did. */
  readonly failed: number;
  /** Requests whose changes were applied, each once, so that a change can be followed from its reply to here. */
  readonly correlationIds: readonly string[];
  /** Of the first failed record. Neither the sequence number nor the reason says anything about a student. */
  readonly firstFailure?: { readonly sequenceNumber: string; readonly reason: string };
}

/**
 * The response names the first failed record of the batch, never a later one: a later number would make Lambda skip
 * what failed before it. So records behind the first failure may be delivered again although they were applied, and
 * `apply` must be safe to repeat.
 *
 * @param apply  one effect; rejecting makes the record fail
 */
export async function processBatch(
  batch: KinesisBatch,
  apply: (event: StudentEvent) => Promise<void>,
): Promise<{ response: BatchResponse; report: BatchReport }> {
  const failures = new Map<number, string>();
  const correlationIds = new Set<string>();
  const applyNoted = async (event: StudentEvent): Promise<void> => {
    await apply(event);
    correlationIds.add(event.correlationid);
  };
  await Promise.all(
    [...byStudent(batch.Records).values()].map(async (indexes) => {
      const failed = await applyInOrder(batch.Records, indexes, applyNoted);
      if (failed === undefined) return;
      for (const index of indexes.slice(indexes.indexOf(failed.index))) failures.set(index, failed.reason);
    }),
  );

  const first = failures.size === 0 ? undefined : Math.min(...failures.keys());
  const sequenceNumber = first === undefined ? undefined : batch.Records[first]!.kinesis.sequenceNumber;
  return {
    response: { batchItemFailures: sequenceNumber === undefined ? [] : [{ itemIdentifier: sequenceNumber }] },
    report: {
      records: batch.Records.length,
      applied: batch.Records.length - failures.size,
      failed: failures.size,
      correlationIds: [...correlationIds],
      ...(sequenceNumber !== undefined && { firstFailure: { sequenceNumber, reason: failures.get(first!)! } }),
    },
  };
}

/** Positions of each partition key's records, in the order of the batch. */
function byStudent(records: readonly KinesisRecord[]): ReadonlyMap<string, readonly number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, { kinesis }] of records.entries()) {
    const student = positions.get(kinesis.partitionKey);
    if (student) student.push(index);
    else positions.set(kinesis.partitionKey, [index]);
  }
  return positions;
}

/** Stops at the first record that fails: what comes after it must not overtake it. */
async function applyInOrder(
  records: readonly KinesisRecord[],
  indexes: readonly number[],
  apply: (event: StudentEvent) => Promise<void>,
): Promise<{ index: number; reason: string } | undefined> {
  for (const index of indexes) {
    try {
      for (const event of decode(records[index]!)) await apply(event);
    } catch (error) {
      return { index, reason: (error as Error).message };
    }
  }
  return undefined;
}

/**
 * A record holds one event, or several consecutive ones of a student (`application/cloudevents-batch+json`).
 * @throws {Error} not an event, or one of another student; the message never quotes the record
 */
function decode({ kinesis }: KinesisRecord): readonly StudentEvent[] {
  const text = Buffer.from(kinesis.data, "base64").toString("utf8");
  const events = text.trimStart().startsWith("[") ? members(text).map(parseEvent) : [parseEvent(text)];
  if (events.some((event) => event.partitionkey !== kinesis.partitionKey)) {
    throw new Error("record is not an event of the contract: /partitionkey is not the key it was sent under.");
  }
  return events;
}

function members(text: string): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error("record is not an event of the contract: it is not JSON.");
  }
  return (list as readonly unknown[]).map((member) => JSON.stringify(member));
}
