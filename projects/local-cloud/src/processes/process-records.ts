import { createHash } from "node:crypto";
import type { ProcessSpec } from "../cloud.ts";
import { readJson, writeJson } from "../runtime/durable-json.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What is known on disk about a started process: enough to find it again and to stop it in its own way. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly specHash: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/** The environment is left out: it may hold secrets, and even their hash has no place on disk. */
export function specHash(spec: ProcessSpec): string {
  const { command, args, cwd, refusesRoot, restart, logFile } = spec;
  return createHash("sha256")
    .update(JSON.stringify([command, args, cwd, refusesRoot ?? false, restart, logFile]))
    .digest("hex");
}

export interface ProcessRecords {
  all(): readonly ProcessRecord[];
  put(record: ProcessRecord): void;
  remove(name: string): void;
}

export function openProcessRecords(file: string): ProcessRecords {
  const records = new Map((readJson<ProcessRecord[]>(file) ?? []).map((record) => [record.name, record]));
  const save = () => writeJson(file, [...records.values()]);
  return {
    all: () => [...records.values()],
    put(record) {
      records.set(record.name, record);
      save();
    },
    remove(name) {
      if (records.delete(name)) save();
    },
  };
}
