import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SOURCE_FOLDER = join(import.meta.dirname, "..");

/** Tells whether the code on disk is still the code that a process runs. */
export function sourceHash(): string {
  const hash = createHash("sha256");
  const files = readdirSync(SOURCE_FOLDER, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts")).toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(SOURCE_FOLDER, file)));
  }
  return hash.digest("hex");
}
