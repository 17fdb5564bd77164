/**
 * Recordings are kept between test files: a dozen of them ask for the same stack, and a program says the same as long as
 * nothing it is made of has changed. Kept under the hash of all of that, so a stale one is never found.
 */
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What a recording is made from, beside its request. */
const SOURCES = [
  "projects/{security,network,data,compute}/*.{ts,yaml}",
  "projects/{security,network,data,compute}/src/**/*",
  // Other files that programs read: conformance packs, pinned contract versions, the service's OpenAPI document.
  "projects/{security,network,data,compute}/{conformance-packs,test}/*.{yaml,json}",
  "projects/*/dist/*.json",
  "shared/*/src/**/*.ts",
  "package-lock.json",
];

let known: { readonly root: string; readonly hash: string } | undefined;

function sourcesHash(root: string): string {
  if (known?.root === root) return known.hash;
  const hash = createHash("sha256");
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
  }
  known = { root, hash: hash.digest("hex").slice(0, 32) };
  return known.hash;
}

/** Gives what was kept for the request, or what `make` makes, and keeps that. */
export async function kept(root: string, request: string, make: () => Promise<string>): Promise<string> {
  const all = path.join(root, ".local", "recordings");
  const folder = path.join(all, sourcesHash(root));
  const file = path.join(folder, `${createHash("sha256").update(request).digest("hex").slice(0, 32)}.json`);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const recording = await make();
  mkdirSync(folder, { recursive: true });
  // Several test processes may record the same: each file appears whole, and they are equal.
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, recording);
  renameSync(part, file);
  for (const other of readdirSync(all)) {
    if (path.join(all, other) !== folder) rmSync(path.join(all, other), { recursive: true, force: true });
  }
  return recording;
}
