import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { ProcessSpec } from "../cloud.ts";

const LOG_BYTES_MAX = 20 * 1024 * 1024;
const AS_ANOTHER_USER = ["--user", "--map-user=1000", "--map-group=1000"];

/** One older log is kept, so that a process which restarts for days does not fill the disk. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}

let userChangeWorks: Promise<void> | undefined;
function assertUserChangeWorks(command: string): Promise<void> {
  userChangeWorks ??= promisify(execFile)("unshare", [...AS_ANOTHER_USER, "true"]).then(() => undefined);
  return userChangeWorks.catch((error: unknown) => {
    userChangeWorks = undefined;
    throw new Error(
      `${command} refuses to run as root, and this machine does not let root start it under another user id ` +
        `(unshare --user: ${(error as Error).message.trim()}). Run the command as an ordinary user, or allow user ` +
        `namespaces (sysctl kernel.unprivileged_userns_clone=1, or the container's --security-opt seccomp=unconfined).`,
    );
  });
}

async function commandLine(spec: ProcessSpec): Promise<[command: string, args: readonly string[]]> {
  if (spec.refusesRoot !== true || process.getuid?.() !== 0) return [spec.command, spec.args];
  await assertUserChangeWorks(spec.command);
  // Outside it is still root with root's access to our files; inside it sees user 1000. `unshare` becomes the command.
  return ["unshare", [...AS_ANOTHER_USER, "--", spec.command, ...spec.args]];
}

/**
 * Starts a process in a session of its own, so that neither the end of the cloud nor a key pressed in its terminal
 * reaches it, and so that its whole group can be stopped at once.
 */
export async function launch(spec: ProcessSpec, logFile: string): Promise<ChildProcess & { readonly pid: number }> {
  const [command, args] = await commandLine(spec);
  const log = openLog(logFile);
  try {
    const child = spawn(command, args, {
      cwd: spec.cwd,
      env: { PATH: process.env.PATH, ...spec.env },
      detached: true,
      stdio: ["ignore", log, log],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(new Error(`${spec.name} could not be started: ${error.message}`)));
    });
    child.unref();
    return child as ChildProcess & { readonly pid: number };
  } finally {
    closeSync(log);
  }
}
