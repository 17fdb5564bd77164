/** The pinned shape of a stack: how many resources of which type, and what it publishes. A person reads the diff. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Recording } from "./recording.ts";

export interface Inventory {
  readonly contractVersion: unknown;
  /** Paths of the contract's fields with their types; a field that goes or changes wants a new version. */
  readonly contract: readonly string[];
  readonly resources: Readonly<Record<string, number>>;
}

/**
 * What the stack declares now, and what `test/inventory.json` pins.
 * `UPDATE_INVENTORIES=1` rewrites the file first (`make inventories`).
 */
export function inventories(project: string, stack: Recording): { now: Inventory; pinned: Inventory } {
  const file = path.resolve(project, "test/inventory.json");
  const now = {
    contractVersion: stack.contractVersion,
    contract: fields(stack.contract, "").toSorted(),
    resources: stack.counts(),
  };
  if (process.env.UPDATE_INVENTORIES) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
  return { now, pinned: JSON.parse(readFileSync(file, "utf8")) as Inventory };
}

function fields(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return [`${at}: ${typeof value[0]}[]`];
  if (typeof value !== "object" || value === null) return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => fields(inner, at === "" ? key : `${at}.${key}`));
}
