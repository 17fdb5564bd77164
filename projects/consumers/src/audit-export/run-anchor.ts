import { anchorKey, signAnchor, type Anchor, type Signer } from "./anchor.ts";
import type { AuditLog, StoredAnchor } from "./audit-log.ts";
import { sha256 } from "./manifest.ts";
import type { WriteOnceStore } from "./write-once-store.ts";

export interface Anchoring {
  readonly environment: string;
  readonly log: AuditLog;
  readonly store: WriteOnceStore;
  readonly signer: Signer;
}

/** Anchors of so many days are put again where they are missing: a run may have died between database and store. */
const DAYS_PUT_AGAIN = 7;

/** Anchors everything exported so far under the day that has ended; a second run on the same day signs nothing. */
export async function runAnchor(
  { environment, log, store, signer }: Anchoring,
  now: Date,
): Promise<{ day: string; signed: boolean }> {
  const day = dayBefore(now);
  const [newest, ...earlier] = await log.anchors(DAYS_PUT_AGAIN);
  const signed = newest === undefined || newest.day < day;
  const anchors = newest === undefined ? [] : [newest, ...earlier];
  if (signed) anchors.unshift(await makeAnchor(newest));
  // Signing again gives another signature: what was kept first is what counts.
  for (const { day: of, anchor } of anchors.toReversed()) await store.put(anchorKey(of), anchor, "application/jose");
  return { day, signed };

  async function makeAnchor(before: StoredAnchor | undefined): Promise<StoredAnchor> {
    const head = (await log.manifest()) ?? null;
    const anchoredBefore = before === undefined ? 0 : (headOf(before.anchor)?.sequence ?? 0);
    const statement: Anchor = {
      version: 1,
      environment,
      day,
      previous: before?.hash ?? null,
      head: head && { sequence: head.sequence, hash: head.hash },
      manifests: (head?.sequence ?? 0) - anchoredBefore,
    };
    const anchor = await signAnchor(statement, signer);
    const made = { day, anchor, hash: sha256(anchor) };
    await log.keepAnchor(made);
    return made;
  }
}

function headOf(jws: string): Anchor["head"] {
  const payload = Buffer.from(jws.split(".")[1] ?? "", "base64url").toString("utf8");
  return (JSON.parse(payload) as Anchor).head;
}

function dayBefore(now: Date): string {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - 1);
  return new Date(midnight).toISOString().slice(0, 10);
}
