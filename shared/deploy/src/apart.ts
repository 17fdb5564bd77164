import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Runs a verb in a process of its own: a program is a set of modules, and a process evaluates a module once only.
 * @returns its exit code, null after a signal
 */
export async function runApart(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), ...args], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
}
