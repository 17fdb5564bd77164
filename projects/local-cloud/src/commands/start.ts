import { spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runningCloud } from "../runtime/cloud-file.ts";
import type { CloudFile } from "../runtime/cloud-file.ts";
import type { StackLayout } from "../runtime/layout.ts";

const READY_WITHIN_MS = 180_000;
const POLL_MS = 50;

/** Starts the cloud detached and waits until it is ready; what it logs meanwhile is the progress. */
export async function startCloud(
  root: string,
  layout: StackLayout,
  progress: (line: string) => void,
): Promise<CloudFile> {
  mkdirSync(dirname(layout.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(layout.logFile, "a+", 0o600);
  try {
    const tail = logTail(log);
    const main = join(import.meta.dirname, "..", "main.ts");
    const child = spawn(process.execPath, [main, "--stack", layout.stack, "--root", root], {
      cwd: root,
      // Stray output of Node itself lands in the same log.
      stdio: ["ignore", log, log],
      detached: true,
    });
    let failure: string | undefined;
    child.once("error", (error) => (failure = error.message));
    child.once("exit", (code, signal) => (failure = `it ended with ${signal ?? `exit code ${code}`}`));
    child.unref();

    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      for (const line of tail()) progress(line);
      const cloud = runningCloud(layout.cloudFile);
      if (cloud !== undefined) return cloud;
      if (failure !== undefined)
        throw new Error(`The local cloud did not start: ${failure}. Its log: ${layout.logFile}`);
      if (Date.now() > deadline) {
        throw new Error(`The local cloud is not ready after ${READY_WITHIN_MS / 1000} s. Its log: ${layout.logFile}`);
      }
      await delay(POLL_MS);
    }
  } finally {
    closeSync(log);
  }
}

/** Complete lines added to a file since the last call, without their timestamps. */
function logTail(fd: number): () => readonly string[] {
  let position = fstatSync(fd).size;
  let rest = "";
  return () => {
    const bytes = Buffer.alloc(64 * 1024);
    const count = readSync(fd, bytes, 0, bytes.length, position);
    position += count;
    const lines = (rest + bytes.toString("utf8", 0, count)).split("\n");
    rest = lines.pop() ?? "";
    return lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ""));
  };
}

export function removeHome(layout: StackLayout): void {
  rmSync(layout.home, { recursive: true, force: true });
  rmSync(layout.cloudFile, { force: true });
}
