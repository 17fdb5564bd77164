import { createHash } from "node:crypto";
import { lstat, readdir, readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { basename, join, matchesGlob, posix, relative, resolve, sep } from "node:path";
import type { Copy } from "./dockerfile.ts";

/** One file of an image. */
export interface ImageFile {
  /** Absolute in the image. */
  readonly path: string;
  readonly from: string;
  readonly executable: boolean;
  /** Hex, of the content. */
  readonly sha256: string;
}

/**
 * The files that COPY instructions take from a build context, sorted by their path in the image; a later copy wins.
 * @throws a source that does not exist: usually the application is not built yet
 */
export async function filesOf(copies: readonly Copy[], context: string): Promise<readonly ImageFile[]> {
  const ignored = ignorePatterns(await readIgnoreFile(context));
  const files = new Map<string, ImageFile>();
  for (const { sources, target } of copies) {
    for (const source of sources) {
      const found = matching(source, context);
      let count = 0;
      for (const from of found) {
        for await (const { path, file } of placed(from, target, found.length > 1 || sources.length > 1)) {
          if (isIgnored(relative(context, file), ignored)) continue;
          count += 1;
          files.set(path, await describe(path, file));
        }
      }
      if (count === 0) {
        throw new Error(
          `COPY ${source}: no such file in the build context ${context} (or .dockerignore excludes it). ` +
            "Build the application first.",
        );
      }
    }
  }
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function matching(source: string, context: string): string[] {
  const path = resolve(context, `.${posix.resolve("/", source)}`);
  return /[*?[]/.test(source)
    ? globSync(relative(context, path), { cwd: context })
        .map((name) => join(context, name))
        .toSorted()
    : [path];
}

/** A folder's content goes into the target; a file goes to the target, or into it when that is a folder. */
async function* placed(from: string, target: string, several: boolean): AsyncGenerator<{ path: string; file: string }> {
  const kind = await lstat(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (kind === undefined) return;
  if (!kind.isDirectory()) {
    yield { path: target.endsWith("/") || several ? posix.join(target, basename(from)) : target, file: from };
    return;
  }
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    yield { path: posix.join(target, relative(from, file).split(sep).join("/")), file };
  }
}

async function describe(path: string, from: string): Promise<ImageFile> {
  const kind = await lstat(from);
  if (!kind.isFile())
    throw new Error(`${from} is neither a file nor a folder; links are not copied into an image here.`);
  const sha256 = createHash("sha256")
    .update(await readFile(from))
    .digest("hex");
  return { path, from, executable: (kind.mode & 0o100) !== 0, sha256 };
}

async function readIgnoreFile(context: string): Promise<string> {
  return readFile(join(context, ".dockerignore"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

interface IgnorePattern {
  readonly glob: string;
  readonly excluded: boolean;
}

export function ignorePatterns(text: string): readonly IgnorePattern[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      excluded: !line.startsWith("!"),
      glob: posix.normalize(line.replace(/^!/, "")).replace(/^\/|\/$/g, ""),
    }));
}

/** The last pattern that matches the path or a folder above it decides. */
export function isIgnored(path: string, patterns: readonly IgnorePattern[]): boolean {
  const parts = path.split(sep);
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return patterns.findLast(({ glob }) => prefixes.some((prefix) => matchesGlob(prefix, glob)))?.excluded ?? false;
}
