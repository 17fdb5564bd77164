import type { ManagedProcess, ProcessSpec } from "../cloud.ts";
import { launch } from "./launch.ts";
import { identify, isAlive, signal } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { specHash } from "./process-records.ts";
import type { ProcessRecord, ProcessRecords } from "./process-records.ts";

const DEFAULT_STOP_TIMEOUT_MS = 10_000;
const ADOPTED_POLL_MS = 250;
const STOP_POLL_MS = 25;
const FIRST_BACKOFF_MS = 200;
const BACKOFF_MS_MAX = 10_000;
/** A process that ran this long was healthy: its next restart does not pay for earlier ones. */
const HEALTHY_AFTER_MS = 10_000;

export type ExitListener = (name: string, code: number | null, signal: NodeJS.Signals | null) => void;

interface Surroundings {
  readonly records: ProcessRecords;
  readonly logFileOf: (spec: ProcessSpec) => string;
  readonly onUnexpectedExit: ExitListener;
  readonly log: (message: string) => void;
}

/**
 * One supervised process through all its lives: started or adopted, restarted when it dies, stopped on demand.
 * An adopted process is not our child, so the kernel does not tell us about its end: it is looked at instead.
 */
export class SupervisedProcess implements ManagedProcess {
  readonly name: string;
  readonly ended: Promise<number | null>;
  private identity: ProcessIdentity;
  /** Unknown for a process that an earlier cloud started and that nobody has claimed since: it cannot be restarted. */
  private spec: ProcessSpec | undefined;
  private readonly surroundings: Surroundings;
  private readonly endForGood: (code: number | null) => void;
  private over = false;
  private stopping = false;
  private backoffMs = FIRST_BACKOFF_MS;
  private timer: NodeJS.Timeout | undefined;
  private launching: Promise<void> | undefined;

  private constructor(name: string, identity: ProcessIdentity, spec: ProcessSpec | undefined, around: Surroundings) {
    this.name = name;
    this.identity = identity;
    this.spec = spec;
    this.surroundings = around;
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ended = promise;
    this.endForGood = resolve;
  }

  static async start(spec: ProcessSpec, around: Surroundings): Promise<SupervisedProcess> {
    const supervised = new SupervisedProcess(spec.name, { pid: 0, startTicks: 0, bootId: "" }, spec, around);
    await supervised.launch(spec);
    return supervised;
  }

  static adopt(record: ProcessRecord, around: Surroundings): SupervisedProcess {
    const supervised = new SupervisedProcess(record.name, record, undefined, around);
    supervised.watchAdopted();
    return supervised;
  }

  get pid(): number {
    return this.identity.pid;
  }

  get alive(): boolean {
    return !this.over && isAlive(this.identity);
  }

  /** From here on the process can be restarted as its owner wants it. */
  claim(spec: ProcessSpec): void {
    this.spec = spec;
  }

  /** Lets go of the process without touching it. */
  release(): void {
    this.stopping = true;
    clearTimeout(this.timer);
  }

  async stop(how: { stopSignal: NodeJS.Signals; stopTimeoutMs: number }): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.launching;
    await terminate(this.identity, how);
    this.finish(null);
  }

  private async launch(spec: ProcessSpec): Promise<void> {
    const child = await launch(spec, this.surroundings.logFileOf(spec));
    const startedAt = Date.now();
    // Reaped already: it lived too short to have an identity, and its exit is about to be reported.
    const identity = identify(child.pid) ?? { pid: child.pid, startTicks: -1, bootId: "" };
    this.identity = identity;
    child.once("exit", (code, exitSignal) => {
      if (Date.now() - startedAt > HEALTHY_AFTER_MS) this.backoffMs = FIRST_BACKOFF_MS;
      this.exited(identity, code, exitSignal);
    });
    this.surroundings.records.put({ name: spec.name, specHash: specHash(spec), ...stopSettings(spec), ...identity });
  }

  private watchAdopted(): void {
    const { identity } = this;
    this.timer = setTimeout(() => {
      if (isAlive(identity)) this.watchAdopted();
      else this.exited(identity, null, null);
    }, ADOPTED_POLL_MS).unref();
  }

  private exited(identity: ProcessIdentity, code: number | null, exitSignal: NodeJS.Signals | null): void {
    if (this.stopping || identity !== this.identity) return;
    this.surroundings.log(`${this.name} (pid ${identity.pid}) ended: ${describeExit(code, exitSignal)}`);
    // What the process left in its group would hold its ports, files or shared memory against the next one.
    signal(identity.pid, "SIGKILL", "group");
    const restarts = this.spec?.restart === "always";
    if (!restarts) this.finish(code);
    this.surroundings.onUnexpectedExit(this.name, code, exitSignal);
    if (restarts) this.restartLater();
  }

  private restartLater(): void {
    const delayMs = this.backoffMs;
    this.backoffMs = Math.min(delayMs * 2, BACKOFF_MS_MAX);
    this.timer = setTimeout(() => {
      const { spec } = this;
      if (spec === undefined || this.stopping) return;
      this.launching = this.launch(spec).then(
        () => this.surroundings.log(`${this.name} started again (pid ${this.pid})`),
        (error: unknown) => {
          this.surroundings.log(`${(error as Error).message}; next attempt in ${this.backoffMs} ms`);
          if (!this.stopping) this.restartLater();
        },
      );
    }, delayMs).unref();
  }

  private finish(code: number | null): void {
    if (this.over) return;
    this.over = true;
    this.surroundings.records.remove(this.name);
    this.endForGood(code);
  }
}

export function stopSettings(spec: Pick<ProcessSpec, "stopSignal" | "stopTimeoutMs">) {
  return { stopSignal: spec.stopSignal ?? "SIGTERM", stopTimeoutMs: spec.stopTimeoutMs ?? DEFAULT_STOP_TIMEOUT_MS };
}

/** Stop signal to the process, SIGKILL to the whole group after the grace period; resolves when it is gone. */
export async function terminate(
  identity: ProcessIdentity,
  how: { stopSignal: NodeJS.Signals; stopTimeoutMs: number },
): Promise<void> {
  if (isAlive(identity)) signal(identity.pid, how.stopSignal, "process");
  else return;
  const deadline = Date.now() + how.stopTimeoutMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) signal(identity.pid, "SIGKILL", "group");
    await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
  }
  signal(identity.pid, "SIGKILL", "group");
}

function describeExit(code: number | null, exitSignal: NodeJS.Signals | null): string {
  if (exitSignal !== null) return exitSignal;
  return code === null ? "exit code unknown, it was started by an earlier cloud" : `exit code ${code}`;
}
