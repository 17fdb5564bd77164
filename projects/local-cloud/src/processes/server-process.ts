import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cloud, ManagedProcess, ProcessSpec } from "../cloud.ts";

export interface ServerFacts {
  /** Of the process, and of its log. */
  readonly processName: string;
  /** For messages: `PostgreSQL of the instance records-1`. */
  readonly what: string;
  readonly startTimeoutMs: number;
  /** One question to the server itself; it rejects while there is no answer. */
  readonly ask: () => Promise<unknown>;
}

/**
 * One server of a data service: it counts as started when it answers. It is never started again by itself, because
 * one that writes may have been replaced meanwhile: whoever keeps the group of servers decides.
 */
export class ServerProcess {
  readonly #cloud: Cloud;
  readonly #facts: ServerFacts;
  #answered: ManagedProcess | undefined;

  constructor(cloud: Cloud, facts: ServerFacts) {
    this.#cloud = cloud;
    this.#facts = facts;
  }

  get name(): string {
    return this.#facts.processName;
  }

  get alive(): boolean {
    return this.#cloud.processes.get(this.name)?.alive === true;
  }

  /** It has answered since it was started, and lives: clients may be sent to it. */
  get ready(): boolean {
    return this.#answered?.alive === true;
  }

  /**
   * Adopts the server that runs already, or starts it; resolves when it answers.
   * @param hopeless  there is nothing to wait for any more, because what this one follows has died
   */
  async start(spec: Omit<ProcessSpec, "name" | "restart">, hopeless = (): boolean => false): Promise<void> {
    const process = await this.#cloud.processes.ensure({ ...spec, name: this.name, restart: "never" });
    const deadline = Date.now() + this.#facts.startTimeoutMs;
    let ended = false;
    void process.ended.then(() => (ended = true));
    while (!(await this.answers())) {
      if (ended || hopeless() || Date.now() > deadline) {
        throw new Error(
          `${this.#facts.what} ${ended ? "ended while starting" : "does not answer"}; ` +
            `its log says why: ${join(this.#cloud.home, "logs", `${this.name}.log`)}`,
        );
      }
      await delay(25);
    }
    this.#answered = process;
  }

  async stop(): Promise<void> {
    this.#answered = undefined;
    await this.#cloud.processes.stop(this.name);
  }

  /** The process lives and the server takes a question. */
  async answers(): Promise<boolean> {
    if (!this.alive) return false;
    return this.#facts.ask().then(
      () => true,
      () => false,
    );
  }
}
