import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipOf } from "./zip.ts";

/** Where Synthetics looks for the script inside the archive. */
export const SCRIPT = "nodejs/node_modules/canary.js";
/** What Synthetics takes in a request. */
const BYTES_MAX = 225 * 1024;

/**
 * Packs the canary's script and gives the archive's path. The provider reads the file when the path is another one than
 * before, so the path follows the content, and is the same on every machine that deploys: a checkout's own folder in
 * it would make each of them change the canary.
 *
 * @param folder  the canary's build, in Synthetics' layout
 */
export function canaryPackage(folder: string, outside = "/tmp/student-records"): string {
  const archive = zipOf({ [SCRIPT]: readFileSync(join(folder, SCRIPT)) });
  if (archive.length > BYTES_MAX)
    throw new Error(
      `The canary's script has ${archive.length} bytes packed, and Synthetics takes ${BYTES_MAX}. Leave out what the runtime brings.`,
    );
  const path = join(outside, `canary-${createHash("sha256").update(archive).digest("hex").slice(0, 16)}.zip`);
  if (existsSync(path) && readFileSync(path).equals(archive)) return path;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Whole or not at all: another program may be packing the same.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, archive, { mode: 0o600 });
  renameSync(unfinished, path);
  return path;
}
