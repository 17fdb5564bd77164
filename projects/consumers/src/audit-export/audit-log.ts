/** The audit log in the database, as far as its export needs it: every call is one transaction in the exporter's own role. */
import type { ClientBase } from "pg";
import { BEGINNING, type Position } from "./manifest.ts";

export interface Plan {
  readonly sequence: number;
  readonly plannedAt: Date;
  readonly from: Position;
  readonly to: Position;
}

export interface StoredManifest {
  readonly sequence: number;
  readonly hash: string;
}

export interface StoredAnchor {
  readonly day: string;
  /** As signed. */
  readonly anchor: string;
  readonly hash: string;
}

interface PlanRow {
  readonly sequence: string;
  readonly planned_at: Date;
  readonly to_transaction: string;
  readonly to_entry: string | null;
  readonly from_transaction: string | null;
  readonly from_entry: string | null;
}

/** Each plan with the end of the one before it, newest first. */
const PLANS = `
  select sequence, planned_at, to_transaction, to_entry,
         lag(to_transaction) over places as from_transaction, lag(to_entry) over places as from_entry
    from audit.export_plans window places as (order by sequence)`;

/** Entries behind `$1`/`$2`, in the order of their transactions. */
const BEHIND = `transaction_id >= $1::xid8 and ($2::uuid is null or transaction_id > $1::xid8 or id > $2::uuid)`;
const UP_TO = `($4::uuid is null and transaction_id < $3::xid8
                or transaction_id < $3::xid8 or transaction_id = $3::xid8 and id <= $4::uuid)`;

export class AuditLog {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** A plan that a run before left unfinished. There is at most one, since a run finishes what it finds. */
  unfinished(): Promise<Plan | undefined> {
    return this.#transaction(async () => {
      const { rows } = await this.#client.query<PlanRow>(
        `select plan.* from (${PLANS}) as plan
          where not exists (select from audit.export_manifests as done where done.sequence = plan.sequence)
          order by plan.sequence limit 1`,
      );
      return rows[0] && planOf(rows[0]);
    });
  }

  /**
   * Writes down the next range: at most so many entries, and only of transactions that have ended. Undefined when no
   * transaction has begun since.
   */
  plan(entriesMax: number): Promise<Plan | undefined> {
    return this.#transaction(async () => {
      const last = await this.#client.query<PlanRow>(`${PLANS} order by sequence desc limit 1`);
      const before = last.rows[0] && planOf(last.rows[0]);
      const from = before?.to ?? BEGINNING;
      const { rows } = await this.#client.query<{ closed: string; id: string | null; transaction_id: string | null }>(
        `select snapshot.closed, entry.id, entry.transaction_id
           from (select pg_snapshot_xmin(pg_current_snapshot()) as closed) as snapshot
           left join lateral (
             select id, transaction_id from audit.audit_entries
              where ${BEHIND} and transaction_id < snapshot.closed
              order by transaction_id, id offset $3 limit 1) as entry on true`,
        [from.transaction, from.entry, entriesMax - 1],
      );
      const { closed, id, transaction_id } = rows[0]!;
      const to = id === null ? { transaction: closed, entry: null } : { transaction: transaction_id!, entry: id };
      if (to.transaction === from.transaction && to.entry === from.entry) return undefined;
      const sequence = (before?.sequence ?? 0) + 1;
      const made = await this.#client.query<{ planned_at: Date }>(
        `insert into audit.export_plans (sequence, to_transaction, to_entry) values ($1, $2, $3) returning planned_at`,
        [sequence, to.transaction, to.entry],
      );
      return { sequence, from, to, plannedAt: made.rows[0]!.planned_at };
    });
  }

  /** Entries of a range as JSON. The range is closed, so they are the same whenever they are asked for. */
  entries({ from, to }: Pick<Plan, "from" | "to">): Promise<readonly string[]> {
    return this.#transaction(async () => {
      const { rows } = await this.#client.query<{ line: string }>(
        `select to_jsonb(entry)::text as line from audit.audit_entries as entry
          where ${BEHIND} and ${UP_TO} order by transaction_id, id`,
        [from.transaction, from.entry, to.transaction, to.entry],
      );
      return rows.map(({ line }) => line);
    });
  }

  /** The end of the chain, or the manifest of one export. */
  manifest(sequence?: number): Promise<StoredManifest | undefined> {
    return this.#transaction(async () => {
      const { rows } = await this.#client.query<{ sequence: string; hash: string }>(
        `select sequence, hash from audit.export_manifests
          where $1::bigint is null or sequence = $1 order by sequence desc limit 1`,
        [sequence ?? null],
      );
      return rows[0] && { sequence: Number(rows[0].sequence), hash: rows[0].hash };
    });
  }

  async finish(sequence: number, manifest: string, hash: string): Promise<void> {
    await this.#transaction(() =>
      this.#client.query(`insert into audit.export_manifests (sequence, manifest, hash) values ($1, $2, $3)`, [
        sequence,
        manifest,
        hash,
      ]),
    );
  }

  /** Newest first. */
  anchors(count: number): Promise<readonly StoredAnchor[]> {
    return this.#transaction(async () => {
      const { rows } = await this.#client.query<StoredAnchor>(
        `select day::text, anchor, hash from audit.anchors order by day desc limit $1`,
        [count],
      );
      return rows;
    });
  }

  async keepAnchor({ day, anchor, hash }: StoredAnchor): Promise<void> {
    await this.#transaction(() =>
      this.#client.query(`insert into audit.anchors (day, anchor, hash) values ($1, $2, $3)`, [day, anchor, hash]),
    );
  }

  /**
   * As `srs_exporter`, which may read entries and add to the books of the export: of the login's own rights none is
   * left. One snapshot for all statements; moments in UTC, so that a line is the same in every session.
   */
  async #transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#client.query("begin isolation level repeatable read");
    try {
      await this.#client.query("set local role srs_exporter");
      await this.#client.query("set local timezone = 'UTC'");
      const result = await work();
      await this.#client.query("commit");
      return result;
    } catch (error) {
      await this.#client.query("rollback").catch(() => undefined); // the connection may be what failed
      throw error;
    }
  }
}

function planOf(row: PlanRow): Plan {
  return {
    sequence: Number(row.sequence),
    plannedAt: row.planned_at,
    from: row.from_transaction === null ? BEGINNING : { transaction: row.from_transaction, entry: row.from_entry },
    to: { transaction: row.to_transaction, entry: row.to_entry },
  };
}
