/** The pinned shape of a stack: what it publishes, and how many resources of which type it has. A person reads the diff. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Recording } from "./recording.ts";

/** Stacks whose resources are pinned: one of each kind. */
export const PINNED_STACKS = ["local", "dev", "pr123", "staging", "prod"] as const;
export type PinnedStack = (typeof PINNED_STACKS)[number];

/** What consumers rely on. */
export interface PinnedContract {
  readonly contractVersion: unknown;
  /** Paths of the contract's fields with their types; a field that goes or changes wants a new version. */
  readonly contract: readonly string[];
}

/** Resources by type and stack, as the engine plans them against an empty state; a type that a stack has not is left out. */
export type PinnedResources = Readonly<Record<string, Readonly<Partial<Record<PinnedStack, number>>>>>;

interface Inventory extends PinnedContract {
  readonly resources: PinnedResources;
}

const fileOf = (project: string): string => path.resolve(project, "test/inventory.json");
const read = (project: string): Inventory => JSON.parse(readFileSync(fileOf(project), "utf8")) as Inventory;

/** `UPDATE_INVENTORIES=1` rewrites the file first (`make inventories`). */
function updated(project: string, change: Partial<Inventory>): Inventory {
  if (!process.env.UPDATE_INVENTORIES) return read(project);
  const inventory = { ...read(project), ...change };
  writeFileSync(fileOf(project), `${JSON.stringify(inventory, null, 2)}\n`);
  return inventory;
}

/** What the stack publishes now, and what `test/inventory.json` pins. */
export function inventories(project: string, stack: Recording): { now: PinnedContract; pinned: PinnedContract } {
  const now = { contractVersion: stack.contractVersion, contract: fields(stack.contract, "").toSorted() };
  const { contractVersion, contract } = updated(project, now);
  return { now, pinned: { contractVersion, contract } };
}

/** The resources that `test/inventory.json` pins, after taking over `now` when inventories are rewritten. */
export function pinnedResources(project: string, now: PinnedResources): PinnedResources {
  return updated(project, { resources: now }).resources;
}

function fields(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return [`${at}: ${typeof value[0]}[]`];
  if (typeof value !== "object" || value === null) return [`${at}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => fields(inner, at === "" ? key : `${at}.${key}`));
}
