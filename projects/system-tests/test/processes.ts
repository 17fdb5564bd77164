/** The processes that a stack's cloud started, by its own records. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../src/deployment.ts";

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
}

export function processesOf(stack: string): readonly RunningProcess[] {
  const file = join(ROOT, ".local", stack, "cloud", "processes.json");
  if (!existsSync(file)) return [];
  const records = JSON.parse(readFileSync(file, "utf8")) as
    Record<string, { name: string; pid: number }> | { name: string; pid: number }[];
  return Object.values(records).map(({ name, pid }) => ({ name, pid, alive: existsSync(`/proc/${pid}`) }));
}

/** Tasks of a service: `ecs-<physical name of the service>-<task>`. */
export function tasksOf(stack: string, service: string): readonly RunningProcess[] {
  return processesOf(stack).filter(({ name }) => new RegExp(`^ecs-srs-[a-z0-9]+-${service}-`).test(name));
}
