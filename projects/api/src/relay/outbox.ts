/** What the relay asks of the database: whose turn it is, what has not been sent, and that it has been. */
import type pg from "pg";
import { runStatement } from "../database/connect.ts";

export interface OutboxEvent {
  readonly id: string;
  readonly partitionKey: string;
  readonly payload: string;
}

/** Any fixed number works; it only has to be the same for all relays of one database. */
const LANE_LOCKS = 7_001_936;
export const LANES = 16;
const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * A lane belongs to the connection that holds its lock, until that connection ends, however it ends. Two relays
 * never work on one student at a time; one that has lost its connection finds out at its next statement.
 */
const TAKE_LANES = {
  name: "outbox_take_lanes_v1",
  text: `
    select lane from unnest($2::int[]) as lane where pg_try_advisory_lock($1, lane)`,
};

const UNSENT = {
  name: "outbox_unsent_v1",
  text: `
    select id, partition_key as "partitionKey", payload::text as payload
      from records.outbox
     where sent_at is null and lane = any ($1)
     order by position
     limit $2`,
};

const MARK_SENT = {
  name: "outbox_mark_sent_v1",
  text: "update records.outbox set sent_at = clock_timestamp() where id = any ($1::uuid[])",
};

/** Both from the index of what has not been sent. Counting ends where the number is alarming enough. */
const BACKLOG = {
  name: "outbox_backlog_v1",
  text: `
    select (select count(*)::int
              from (select from records.outbox where sent_at is null limit $1) as waiting) as "rows",
           coalesce((select extract(epoch from clock_timestamp() - created_at)::float8
                       from records.outbox where sent_at is null order by position limit 1), 0) as "oldestSeconds"`,
};
const COUNTED_MAX = 2_000_000;

/** @returns lanes this connection holds now and did not hold before */
export async function takeLanes(client: pg.Client, wanted: readonly number[]): Promise<number[]> {
  const rows = await runStatement<{ lane: number }>(client, TAKE_LANES, [LANE_LOCKS, wanted], STATEMENT_TIMEOUT_MS);
  return rows.map(({ lane }) => lane);
}

/** Oldest first: for each student the order of its events, whatever was committed around them. */
export function unsentEvents(
  client: pg.Client,
  lanes: readonly number[],
  limit: number,
): Promise<readonly OutboxEvent[]> {
  return runStatement<OutboxEvent>(client, UNSENT, [lanes, limit], STATEMENT_TIMEOUT_MS);
}

export interface Backlog {
  readonly rows: number;
  readonly oldestSeconds: number;
}

/** Everything that waits, whichever relay it belongs to. */
export async function backlog(client: pg.Client): Promise<Backlog> {
  const [found] = await runStatement<Backlog>(client, BACKLOG, [COUNTED_MAX], STATEMENT_TIMEOUT_MS);
  return found!;
}

export async function markSent(client: pg.Client, ids: readonly string[]): Promise<void> {
  await runStatement(client, MARK_SENT, [ids], STATEMENT_TIMEOUT_MS);
}
