import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openAccount } from "../runtime/account.ts";
import type { StackLayout } from "../runtime/layout.ts";
import { maskOfFile } from "../services/logs/data-protection.ts";

const TAIL_BYTES = 8 * 1024;
const POLL_MS = 200;

/**
 * Shows the end of the logs whose name begins with the given one (all without a name), and what is added to them.
 * What a group's data protection policy masks is masked here as well.
 */
export async function logs(layout: StackLayout, name: string | undefined, follow: boolean): Promise<void> {
  const folder = join(layout.home, "logs");
  const names = () =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((file) => file.endsWith(".log") && file.startsWith(name ?? ""))
      .toSorted();
  if (names().length === 0) throw new Error(`No log begins with "${name ?? ""}" in ${folder}.`);
  const positions = new Map<string, number>();
  const masks = new Map<string, (text: string) => string>();
  const maskFor = (path: string) => {
    const mask =
      masks.get(path) ??
      maskOfFile({ account: openAccount(join(layout.home, "account.json")), home: layout.home }, path);
    masks.set(path, mask);
    return mask;
  };
  do {
    for (const file of names()) {
      const path = join(folder, file);
      positions.set(file, print(path, file, positions.get(file), maskFor(path)));
    }
    if (follow) await delay(POLL_MS);
  } while (follow);
}

/** @returns where the next call goes on */
function print(path: string, file: string, from: number | undefined, mask: (text: string) => string): number {
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
      process.stdout.write(`${file.replace(/\.log$/, "")} | ${mask(line)}\n`);
    }
    return start + Buffer.byteLength(text.slice(0, end));
  } finally {
    closeSync(fd);
  }
}
