/**
 * Sends a batch of events, keeping each student's order: a student has at most one record in a call, and its next
 * event goes out only after the stream has accepted the one before. A student whose record was refused waits and is
 * tried again; the others go on (EVT-6, EVT-7).
 */
import type { OutboxEvent } from "./outbox.ts";
import type { Stream } from "./stream.ts";

const RECORDS_PER_CALL = 500;
const BYTES_PER_CALL = 5 * 1024 * 1024;
const RETRY_FIRST_MS = 50;
const RETRY_LAST_MS = 5_000;

export interface PublishOptions {
  readonly stream: Stream;
  /** Called with what the stream has, before anything later of the same students is sent. */
  readonly accepted: (ids: readonly string[]) => Promise<void>;
  readonly refused: (reason: string, records: number) => void;
  /** When it fires, what is under way is finished and no further call is made. */
  readonly signal: AbortSignal;
}

interface Queue {
  readonly events: OutboxEvent[];
  attempts: number;
  notBefore: number;
}

export async function publish(events: readonly OutboxEvent[], options: PublishOptions): Promise<void> {
  const queues = new Map<string, Queue>();
  for (const event of events) {
    const queue = queues.get(event.partitionKey) ?? { events: [], attempts: 0, notBefore: 0 };
    queue.events.push(event);
    queues.set(event.partitionKey, queue);
  }
  while (queues.size > 0 && !options.signal.aborted) {
    const turn = nextTurn(queues);
    if (turn.length === 0) {
      await pause(Math.min(...[...queues.values()].map(({ notBefore }) => notBefore)) - Date.now());
      continue;
    }
    await send(turn, options);
    for (const [key, queue] of queues) if (queue.events.length === 0) queues.delete(key);
  }
}

/** Queues whose first events fit into one call. */
function nextTurn(queues: ReadonlyMap<string, Queue>): Queue[] {
  const turn: Queue[] = [];
  let bytes = 0;
  for (const queue of queues.values()) {
    if (queue.notBefore > Date.now()) continue;
    const [{ payload, partitionKey }] = queue.events as [OutboxEvent];
    const size = Buffer.byteLength(payload) + Buffer.byteLength(partitionKey);
    if (turn.length === RECORDS_PER_CALL || (turn.length > 0 && bytes + size > BYTES_PER_CALL)) break;
    bytes += size;
    turn.push(queue);
  }
  return turn;
}

async function send(turn: readonly Queue[], { stream, accepted, refused }: PublishOptions): Promise<void> {
  const heads = turn.map((queue) => queue.events[0]!);
  let results: readonly (string | undefined)[];
  try {
    results = await stream.put(heads);
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    results = heads.map(() => reason);
  }
  const reasons = new Map<string, number>();
  const sent: string[] = [];
  for (const [index, queue] of turn.entries()) {
    const reason = results[index];
    if (reason === undefined) {
      sent.push(queue.events.shift()!.id);
      queue.attempts = 0;
    } else {
      queue.attempts += 1;
      queue.notBefore = Date.now() + retryAfterMs(queue.attempts);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  for (const [reason, records] of reasons) refused(reason, records);
  if (sent.length > 0) await accepted(sent);
}

/** Doubles up to the limit, with half of it by chance, so that refused students do not all come back at once. */
export function retryAfterMs(attempts: number): number {
  const full = Math.min(RETRY_FIRST_MS * 2 ** (attempts - 1), RETRY_LAST_MS);
  return full / 2 + Math.random() * (full / 2);
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, ms));
    signal?.addEventListener("abort", done);
  });
}
