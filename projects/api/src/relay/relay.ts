/**
 * Carries committed events from the outbox to the stream, for ever. Several relays may run: each lane of students
 * belongs to one of them, and passes on when that one goes. Delivery is at least once, in order for each student.
 */
import type pg from "pg";
import { backlog, LANES, markSent, takeLanes, unsentEvents, type Backlog } from "./outbox.ts";
import { pause, publish, retryAfterMs } from "./publish.ts";
import type { Stream } from "./stream.ts";

export interface RelayOptions {
  readonly connect: () => Promise<pg.Client>;
  readonly stream: Stream;
  /** One line of the relay's life; never a payload. */
  readonly report: (what: string, facts: Readonly<Record<string, unknown>>) => void;
  /** Hears every fifteen seconds what waits. Each relay tells of the whole outbox: one that is left behind says so. */
  readonly measured?: (backlog: Backlog) => void;
}

const EVENTS_PER_READ = 1_000;
/** How long a committed event waits at most when nothing else is going on. */
const POLL_EVERY_MS = 100;
/** How soon lanes of a relay that has gone find another. */
const TAKE_LANES_EVERY_MS = 2_000;
const MEASURE_EVERY_MS = 15_000;
/** A connection keeps the login it was opened with, however often that is rotated: it is given up after a while. */
const CONNECTION_LIFETIME_MS = 10 * 60_000;

/** @param signal ends it: what has been sent is marked, the lanes are let go */
export async function runRelay(options: RelayOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let client: pg.Client | undefined;
    try {
      client = await options.connect();
      await relayOn(client, options, signal, () => {
        failures = 0;
      });
    } catch (error) {
      failures += 1;
      options.report("relay-interrupted", { err: error });
      await pause(retryAfterMs(failures), signal);
    } finally {
      // With the connection go its lanes.
      await client?.end().catch(() => undefined);
    }
  }
}

async function relayOn(
  client: pg.Client,
  options: RelayOptions,
  signal: AbortSignal,
  working: () => void,
): Promise<void> {
  const { stream, report, measured } = options;
  const lanes = new Set<number>();
  let lanesAskedAt = Number.NEGATIVE_INFINITY;
  let measuredAt = Number.NEGATIVE_INFINITY;
  const until = Date.now() + CONNECTION_LIFETIME_MS;
  while (!signal.aborted && Date.now() < until) {
    if (lanes.size < LANES && Date.now() - lanesAskedAt >= TAKE_LANES_EVERY_MS) {
      lanesAskedAt = Date.now();
      const missing = Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => !lanes.has(lane));
      const taken = await takeLanes(client, missing);
      for (const lane of taken) lanes.add(lane);
      if (taken.length > 0) report("relay-lanes", { lanes: lanes.size });
    }
    if (measured !== undefined && Date.now() - measuredAt >= MEASURE_EVERY_MS) {
      measuredAt = Date.now();
      measured(await backlog(client));
    }
    const events = lanes.size === 0 ? [] : await unsentEvents(client, [...lanes], EVENTS_PER_READ);
    working();
    if (events.length === 0) {
      await pause(POLL_EVERY_MS, signal);
      continue;
    }
    await publish(events, {
      stream,
      signal,
      accepted: (ids) => markSent(client, ids),
      refused: (reason, records) => report("relay-refused", { reason, records }),
    });
  }
}
