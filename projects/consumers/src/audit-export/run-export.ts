import { gzipSync } from "node:zlib";
import type { AuditLog, Plan } from "./audit-log.ts";
import { contentOf, manifestKey, manifestOf, sha256 } from "./manifest.ts";
import type { WriteOnceStore } from "./write-once-store.ts";

export interface Exporter {
  readonly environment: string;
  readonly log: AuditLog;
  readonly store: WriteOnceStore;
  /** Of one export: what fits into the function's memory several times over. */
  readonly entriesMax: number;
}

export interface ExportReport {
  readonly exports: number;
  readonly entries: number;
  /** False when the time was up first: the next run goes on. */
  readonly complete: boolean;
}

/**
 * Exports everything that has ended since the last run. Exactly once, whenever it dies: a range is written down before
 * it is exported, the same range makes the same objects, and an object that is there is not written again.
 *
 * @param timeLeft  asked before each export after the first
 */
export async function runExport(exporter: Exporter, timeLeft: () => boolean): Promise<ExportReport> {
  const { log, entriesMax } = exporter;
  const unfinished = await log.unfinished();
  let exports = 0;
  let entries = 0;
  if (unfinished !== undefined) {
    entries += await exportOne(exporter, unfinished);
    exports += 1;
  }
  for (;;) {
    if (exports > 0 && !timeLeft()) return { exports, entries, complete: false };
    const plan = await log.plan(entriesMax);
    if (plan === undefined) return { exports, entries, complete: true };
    entries += await exportOne(exporter, plan);
    exports += 1;
    // A range that ends in front of a transaction has taken all there was.
    if (plan.to.entry === null) return { exports, entries, complete: true };
  }
}

/** Objects first, manifest last: what a manifest names is there. */
async function exportOne({ environment, log, store }: Exporter, plan: Plan): Promise<number> {
  const lines = await log.entries(plan);
  const previous = plan.sequence === 1 ? null : await hashBefore(log, plan.sequence);
  const manifest = manifestOf({ environment, previous, lines, ...plan });
  if (manifest.object !== null) await store.put(manifest.object, gzipSync(contentOf(lines)), "application/gzip");
  const text = JSON.stringify(manifest);
  const hash = sha256(text);
  await store.put(manifestKey(plan.sequence, hash), text, "application/json");
  await log.finish(plan.sequence, text, hash);
  return lines.length;
}

async function hashBefore(log: AuditLog, sequence: number): Promise<string> {
  const before = await log.manifest(sequence - 1);
  if (before !== undefined) return before.hash;
  throw new Error(
    `Export ${sequence} has no manifest ${sequence - 1} to continue, so the chain would break. ` +
      "Compare audit.export_manifests with the audit bucket before the next run.",
  );
}
