/** Runs the project's own commands as a person would, and keeps what they print. */
import { spawn, type ChildProcess } from "node:child_process";
import { ROOT } from "../src/deployment.ts";

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** A command under way; `finished` resolves with its exit code and everything it printed. */
export function start(
  command: string,
  args: readonly string[],
  stack: string,
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; finished: Promise<Run> } {
  // A group of its own, so that a test can kill a command together with what it started.
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...{ STACK: stack, NODE_OPTIONS: "", NX_DAEMON: "false", NX_ISOLATE_PLUGINS: "false" },
      // The applications were built before the tests began.
      RECORDS_PREBUILT: "true",
      ...env,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const finished = new Promise<Run>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
  return { child, finished };
}

export async function make(stack: string, ...args: readonly string[]): Promise<Run> {
  return start("make", args, stack).finished;
}

/** Fails with what the command printed, which says more than its exit code. */
export function expectSuccess({ code, output }: Run): string {
  if (code !== 0) throw new Error(`exit code ${code}\n${output.slice(-8_000)}`);
  return output;
}
