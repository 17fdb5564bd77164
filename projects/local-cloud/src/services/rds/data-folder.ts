/**
 * Data folders as a whole, handled by processes of their own: with a thousand small files in its hands the cloud would
 * keep every client waiting for a second or more.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function removeFolder(folder: string): Promise<void> {
  await run("rm", ["-rf", "--", folder]);
}

/** Into a folder that exists, while a server works on the other. */
export async function copyDataFolder(from: string, to: string): Promise<void> {
  await run(process.execPath, [join(import.meta.dirname, "copy-data-folder.ts"), from, to], { env: {} });
}
