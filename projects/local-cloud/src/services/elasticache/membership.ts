/** Which nodes a replication group has and which of them is the primary, as it stays over a restart of the cloud. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { readJson, writeJson } from "../../runtime/durable-json.ts";

export interface Membership {
  /** Names of the nodes, in the order of their making. */
  readonly nodes: readonly string[];
  readonly primary: string;
}

/** The same group with another number of nodes. The primary stays; new nodes take the lowest numbers that are free. */
export function resized(groupId: string, { nodes, primary }: Membership, count: number): Membership {
  const kept = nodes.toSorted((one, other) => Number(other === primary) - Number(one === primary)).slice(0, count);
  const names = new Set(kept);
  for (let number = 1; names.size < count; number++) names.add(nodeName(groupId, number));
  return { primary, nodes: [...names].toSorted() };
}

export function newMembership(groupId: string): Membership {
  return { nodes: [nodeName(groupId, 1)], primary: nodeName(groupId, 1) };
}

function nodeName(groupId: string, number: number): string {
  return `${groupId}-${String(number).padStart(3, "0")}`;
}

export function readMembership(file: string): Membership | undefined {
  return existsSync(file) ? readJson<Membership>(file) : undefined;
}

export function writeMembership(file: string, membership: Membership): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeJson(file, membership);
}
