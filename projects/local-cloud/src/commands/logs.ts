import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StackLayout } from "../runtime/layout.ts";

const TAIL_BYTES = 8 * 1024;
const POLL_MS = 200;

/** Shows the end of the logs whose name begins with the given one (all without a name), and what is added to them. */
export async function logs(layout: StackLayout, name: string | undefined, follow: boolean): Promise<void> {
  const folder = join(layout.home, "logs");
  const names = () =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((file) => file.endsWith(".log") && file.startsWith(name ?? ""))
      .toSorted();
  if (names().length === 0) throw new Error(`No log begins with "${name ?? ""}" in ${folder}.`);
  const positions = new Map<string, number>();
  do {
    for (const file of names()) positions.set(file, print(join(folder, file), file, positions.get(file)));
    if (follow) await delay(POLL_MS);
  } while (follow);
}

/** @returns where the next call goes on */
function print(path: string, file: string, from: number | undefined): number {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const start = from === undefined || from > size ? Math.max(0, size - TAIL_BYTES) : from;
    if (start === size) return size;
    const bytes = Buffer.alloc(size - start);
    readSync(fd, bytes, 0, bytes.length, start);
    const text = bytes.toString("utf8");
    const end = text.lastIndexOf("\n") + 1;
    // The first piece of a long log begins in the middle of a line.
    const begin = from === undefined && start > 0 ? text.indexOf("\n") + 1 : 0;
    for (const line of text.slice(begin, end).split("\n").slice(0, -1)) {
      process.stdout.write(`${file.replace(/\.log$/, "")} | ${line}\n`);
    }
    return start + Buffer.byteLength(text.slice(0, end));
  } finally {
    closeSync(fd);
  }
}
