import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { readJson, writeJson } from "../runtime/durable-json.ts";

/** A new edge is worth the disk at once; a count can wait. */
const NEW_EDGE_MS = 200;
const COUNT_MS = 10_000;

/** How often each edge of the network let a connection pass, so that edges which nothing needs can be found. */
export class ExercisedEdges {
  readonly #file: string;
  readonly #counts: Map<string, number>;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;

  constructor(file: string) {
    this.#file = file;
    this.#counts = new Map(Object.entries(readJson<Record<string, number>>(file) ?? {}));
  }

  add(edge: string): void {
    const before = this.#counts.get(edge) ?? 0;
    this.#counts.set(edge, before + 1);
    this.#writeWithin(before === 0 ? NEW_EDGE_MS : COUNT_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#dueAt === Infinity) return;
    this.#dueAt = Infinity;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeJson(this.#file, Object.fromEntries([...this.#counts].toSorted()));
  }

  #writeWithin(delayMs: number): void {
    const dueAt = Date.now() + delayMs;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.flush(), delayMs).unref();
  }
}
