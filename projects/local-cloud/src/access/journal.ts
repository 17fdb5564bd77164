import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson, writeJson } from "../runtime/durable-json.ts";

const WRITE_DELAY_MS = 2_000;
/** Who is refused tries again: the same line is worth writing once in a while. */
const REPEAT_MS = 10_000;
const LINES_MAX = 1_000;

/** Below the cloud's home. */
export const EXERCISED_FILE = join("access", "exercised.json");

/** By role: which statements allowed something, and how often. */
export type Exercised = Record<string, Record<string, number>>;

/** What decisions leave behind: refusals in `access.log`, and which statements were of use. */
export class AccessJournal {
  readonly #logFile: string;
  readonly #exercisedFile: string;
  readonly #exercised: Exercised;
  readonly #written = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(home: string) {
    this.#logFile = join(home, "logs", "access.log");
    this.#exercisedFile = join(home, EXERCISED_FILE);
    this.#exercised = readJson<Exercised>(this.#exercisedFile) ?? {};
  }

  /** @param by `<policy>/<Sid>` of each statement that took part */
  exercised(roleName: string, by: readonly string[]): void {
    const counts = (this.#exercised[roleName] ??= {});
    for (const statement of by) counts[statement] = (counts[statement] ?? 0) + 1;
    this.#timer ??= setTimeout(() => this.flush(), WRITE_DELAY_MS).unref();
  }

  /** One line a refusal. Names of resources and policies, never what a call carries. */
  refused(message: string): void {
    const now = Date.now();
    if (now - (this.#written.get(message) ?? 0) < REPEAT_MS) return;
    if (this.#written.size >= LINES_MAX) this.#written.clear();
    this.#written.set(message, now);
    mkdirSync(dirname(this.#logFile), { recursive: true });
    appendFileSync(this.#logFile, `${new Date(now).toISOString()} DENY ${message}\n`, { mode: 0o600 });
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    mkdirSync(dirname(this.#exercisedFile), { recursive: true, mode: 0o700 });
    writeJson(this.#exercisedFile, this.#exercised);
  }
}
