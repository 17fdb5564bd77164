import type { Queryable } from "../database/reader.ts";

export interface Agreement {
  readonly state: string;
  /** State is active and the last day has not passed, by the database's clock. */
  readonly inForce: boolean;
  readonly campusIds: readonly string[];
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
}

/** Whether the cache may be used, and under which generation of keys. */
export interface CacheFence {
  readonly generation: number;
  readonly suspect: boolean;
  /** The generation has just begun: what was committed before it may not have reached the replicas yet. */
  readonly young: boolean;
}

/**
 * Read from the writer for every request, not from the cache: an agreement that has just been suspended must refuse
 * the next request, and nothing but the database knows of the change yet. The fence rides along for free.
 */
const FIND = {
  name: "party_agreements_find_v2",
  text: `
    select f.generation, f.suspect, f.renewed_at > now() - interval '5 seconds' as young, a.*
      from records.cache_fence f
      left join lateral (
        select state, campus_ids, scopes, purposes,
               state = 'active' and expires_on >= (now() at time zone 'UTC')::date as in_force
          from records.party_agreements
         where client_id = $1
         order by (state = 'active') desc, updated_at desc
         limit 1) a on true`,
};

interface Row {
  readonly generation: number;
  readonly suspect: boolean;
  readonly young: boolean;
  readonly state: string | null;
  readonly in_force: boolean;
  readonly campus_ids: string[];
  readonly scopes: string[];
  readonly purposes: string[];
}

export async function findAgreement(
  db: Queryable,
  clientId: string,
): Promise<{ readonly fence: CacheFence; readonly agreement: Agreement | undefined }> {
  const [row] = await db.query<Row>(FIND, [clientId]);
  if (row === undefined) throw new Error("records.cache_fence has no row; the migrations make it.");
  const fence = { generation: row.generation, suspect: row.suspect, young: row.young };
  if (row.state === null) return { fence, agreement: undefined };
  const { state, in_force: inForce, campus_ids: campusIds, scopes, purposes } = row;
  return { fence, agreement: { state, inForce, campusIds, scopes, purposes } };
}
