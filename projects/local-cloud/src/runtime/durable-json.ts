import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** @returns undefined when the file does not exist; throws, naming the file, when it cannot be understood */
export function readJson<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}. Take the stack down and start it anew.`, {
      cause: error,
    });
  }
}

/**
 * Writes a whole file or nothing: a reader, and a process started after a crash, see the old content or the new.
 * Synchronous, so that a record is on disk before the code that made it goes on.
 */
export function writeJson(file: string, value: unknown): void {
  writeFileAtomically(file, `${JSON.stringify(value, null, 1)}\n`);
}

export function writeFileAtomically(file: string, content: string, mode = 0o600): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    withDescriptor(temporary, "w", mode, (fd) => {
      writeSync(fd, content);
      fsyncSync(fd);
    });
    renameSync(temporary, file);
    withDescriptor(dirname(file), "r", mode, fsyncSync);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
      throw new Error(`The disk is full: ${file} could not be written. Free some space, then run the command again.`, {
        cause: error,
      });
    }
    throw error;
  }
}

function withDescriptor(file: string, flags: string, mode: number, use: (fd: number) => void): void {
  const fd = openSync(file, flags, mode);
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}
