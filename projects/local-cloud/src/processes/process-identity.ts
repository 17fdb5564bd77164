import { readFileSync } from "node:fs";

/**
 * Names one process for good. A pid alone is reused by the kernel sooner or later; together with its start time
 * and the boot it belongs to, it can only be that process.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: number;
  readonly bootId: string;
}

let currentBootId: string | undefined;
function bootId(): string {
  currentBootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return currentBootId;
}

interface ProcStat {
  readonly state: string;
  readonly startTicks: number;
}
function readStat(pid: number): ProcStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  // The command name stands in parentheses and may itself hold spaces and parentheses: fields count from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: Number(fields[19]) };
}

/** @returns undefined when no such process is left */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** A zombie has ended: it only waits for a parent that may never ask. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = readStat(identity.pid);
  return stat?.startTicks === identity.startTicks && stat.state !== "Z" && stat.state !== "X";
}

/** Sends a signal to the process, or to its whole group; false when nothing is there any more. */
export function signal(pid: number, name: NodeJS.Signals, scope: "process" | "group"): boolean {
  try {
    process.kill(scope === "group" ? -pid : pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ESRCH";
}
