import { cp, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join, relative, resolve } from "node:path";
import type { AssetValue } from "../../resource-type.ts";

/** Lays a function's code out in `<folder>/<hash>`, once per content, and returns that folder. */
export async function placeCode(code: AssetValue, folder: string): Promise<string> {
  const placed = join(folder, code.hash);
  if (existsSync(placed)) return placed;
  const unfinished = join(folder, `unpacking-${randomUUID()}`);
  try {
    await mkdir(unfinished, { recursive: true });
    await write(code, unfinished);
    await rename(unfinished, placed);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return placed;
}

async function write(value: AssetValue, target: string): Promise<void> {
  if (value.members !== undefined) {
    for (const [name, member] of Object.entries(value.members)) {
      const path = resolve(target, name);
      if (relative(target, path).startsWith(".."))
        throw new Error(`The function's archive holds "${name}", which lies outside of it.`);
      await mkdir(dirname(path), { recursive: true });
      await write(member, path);
    }
    return;
  }
  if (value.text !== undefined) return writeFile(target, value.text);
  if (value.path === undefined)
    throw new Error("The function's code has neither a path nor text; archives from the network are not fetched here.");
  const source = await stat(value.path);
  if (value.kind === "archive" && !source.isDirectory()) {
    throw new Error(
      `${value.path} is a packed archive; the local cloud runs functions from folders: give FileArchive the folder.`,
    );
  }
  // Followed, because a link would point out of what is kept here and change with the next build.
  await cp(value.path, target, { recursive: true, dereference: true });
}

/** @throws the package lacks the handler's file */
export function requireHandler(folder: string, handler: string): void {
  const module = handler.slice(0, handler.lastIndexOf("."));
  if ([".mjs", ".js", ".cjs"].some((ending) => existsSync(join(folder, module + ending)))) return;
  throw new Error(
    `InvalidParameterValueException: the package holds no ${module}.mjs, ${module}.js or ${module}.cjs for the handler ` +
      `"${handler}". Build the function first, and name the handler <file>.<export>.`,
  );
}
