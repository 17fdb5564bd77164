import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A small JSON document that survives a crash: replaced as a whole, writes in the order they were asked for. */
export class StateFile<T> {
  readonly #path: string;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** `undefined` when it was never written. */
  async read(): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(this.#path, "utf8")) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new Error(`${this.#path} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }

  async write(value: T): Promise<void> {
    const text = JSON.stringify(value, undefined, 1); // now, not when its turn comes: the caller goes on changing it
    const written = this.#last.then(async () => {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
    });
    this.#last = written.catch(() => {}); // the caller hears of it; the next write stands for itself
    await written;
  }

  async remove(): Promise<void> {
    await this.#last;
    await rm(this.#path, { force: true });
  }
}
