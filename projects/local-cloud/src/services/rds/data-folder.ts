import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** In a process of its own: a thousand files would keep the cloud from everything else for a second. */
export async function removeFolder(folder: string): Promise<void> {
  await promisify(execFile)("rm", ["-rf", "--", folder]);
}
