/**
 * Campus systems that read and change records while something breaks. They remember what they were told: whatever was
 * acknowledged must be there afterwards, and no read may show what an acknowledged change has replaced.
 */
import { randomUUID } from "node:crypto";
import type { CampusSystem, Reply } from "../src/campus-system.ts";
import { eventually } from "../src/eventually.ts";

/** Together below the usage plan of a campus system, so that it is never the gateway that says no. */
const READ_EVERY_MS = 100;
const WRITE_EVERY_MS = 300;

export interface Told {
  readonly kind: "read" | "write";
  /** 0 when there was no reply. */
  readonly status: number;
  readonly problem: string;
  readonly retryAfter: number;
  readonly requestId: string | undefined;
  readonly atMs: number;
}

export class Load {
  readonly told: Told[] = [];
  /** Reads that showed a value which was not one of the possible ones. */
  readonly stale: string[] = [];
  /** Correlation ids of changes that were acknowledged. */
  readonly acknowledged: string[] = [];
  readonly #system: CampusSystem;
  /** By student: the address that was acknowledged last, and those of changes whose outcome was not told. */
  readonly #possible = new Map<string, Set<string | null>>();
  #loops: readonly Promise<void>[] = [];
  #stopping = false;

  constructor(system: CampusSystem) {
    this.#system = system;
  }

  async start(): Promise<void> {
    const page = await this.#system.call("/students?limit=5");
    for (const { id, person } of page.body!.data!) this.#possible.set(id, new Set([person.personalEmail]));
    const students = [...this.#possible.keys()];
    this.#loops = [
      this.#loop(students, READ_EVERY_MS, (student) => this.#read(student)),
      this.#loop(students, WRITE_EVERY_MS, (student) => this.#change(student)),
    ];
    await this.flows();
  }

  /** Reads and changes are answered again, one after the other. */
  async flows(withinMs = 30_000): Promise<void> {
    const from = this.told.length;
    await eventually(
      "reads and changes that are answered",
      () => {
        const recent = (kind: Told["kind"]) => this.told.slice(from).filter((each) => each.kind === kind);
        const good = (kind: Told["kind"], count: number) => {
          const last = recent(kind).slice(-count);
          return last.length === count && last.every(({ status }) => status === 200);
        };
        return Promise.resolve(good("read", 10) && good("write", 3) ? true : undefined);
      },
      withinMs,
    );
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#loops);
  }

  /** What each student may hold, read once more when everything is over. */
  async finalFaults(): Promise<readonly string[]> {
    for (const student of this.#possible.keys()) await this.#read(student);
    return this.stale;
  }

  async #loop(students: readonly string[], everyMs: number, act: (student: string) => Promise<unknown>): Promise<void> {
    for (let turn = 0; !this.#stopping; turn++) {
      const nextAtMs = Date.now() + everyMs;
      await act(students[turn % students.length]!);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextAtMs - Date.now())));
    }
  }

  async #read(student: string): Promise<Reply | undefined> {
    const before = [...this.#possible.get(student)!];
    const reply = await this.#ask("read", `/students/${student}`);
    if (reply?.status !== 200) return undefined;
    // A change may have been acknowledged while this read was under way: it may show either.
    const shown = reply.body!.person!.personalEmail;
    if (![...before, ...this.#possible.get(student)!].includes(shown)) {
      this.stale.push(`a read that began after the change showed ${shown}`);
    }
    return reply;
  }

  async #change(student: string): Promise<void> {
    const current = await this.#read(student);
    if (current === undefined) return;
    const personalEmail = `failure-${randomUUID().slice(0, 8)}@personal.example.edu`;
    const correlationId = randomUUID();
    const possible = this.#possible.get(student)!;
    possible.add(personalEmail);
    const reply = await this.#ask("write", `/students/${student}`, {
      method: "PATCH",
      body: { person: { personalEmail } },
      headers: {
        "content-type": "application/merge-patch+json",
        "if-match": current.headers.etag!,
        "x-correlation-id": correlationId,
      },
    });
    if (reply?.status !== 200) return;
    this.acknowledged.push(correlationId);
    this.#possible.set(student, new Set([personalEmail]));
  }

  async #ask(
    kind: Told["kind"],
    path: string,
    call: Parameters<CampusSystem["call"]>[1] = {},
  ): Promise<Reply | undefined> {
    const atMs = Date.now();
    try {
      const reply = await this.#system.call(path, call);
      this.told.push({
        ...{ kind, atMs, status: reply.status, problem: reply.body?.type?.split("/").at(-1) ?? "" },
        ...{ retryAfter: Number(reply.headers["retry-after"] ?? 0), requestId: reply.headers["x-request-id"] },
      });
      return reply;
    } catch (error) {
      this.told.push({
        ...{ kind, atMs, status: 0, problem: (error as Error).message, retryAfter: 0, requestId: undefined },
      });
      return undefined;
    }
  }
}
