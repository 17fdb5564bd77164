import { join } from "node:path";
import type { ProcessSpec, Supervisor } from "../cloud.ts";
import { SupervisedProcess, stopSettings, terminate } from "./managed-process.ts";
import type { ExitListener } from "./managed-process.ts";
import { isAlive } from "./process-identity.ts";
import { openProcessRecords, specHash } from "./process-records.ts";

export interface RunningSupervisor extends Supervisor {
  /** Stops watching; the processes go on without this supervisor. */
  release(): void;
}

/**
 * Takes charge of the processes under one home: those that an earlier supervisor left alive are in it from the
 * start, and `ensure` hands each back to its owner.
 */
export function openSupervisor(home: string, log: (message: string) => void): RunningSupervisor {
  const records = openProcessRecords(join(home, "processes.json"));
  const listeners: ExitListener[] = [];
  const around = {
    records,
    log,
    logFileOf: (spec: ProcessSpec) => spec.logFile ?? join(home, "logs", `${spec.name}.log`),
    onUnexpectedExit: (...exit: Parameters<ExitListener>) => listeners.forEach((listener) => listener(...exit)),
  };
  const processes = new Map<string, SupervisedProcess>();
  const turns = new Map<string, Promise<unknown>>();

  function take(supervised: SupervisedProcess): SupervisedProcess {
    processes.set(supervised.name, supervised);
    void supervised.ended.then(() => {
      if (processes.get(supervised.name) === supervised) processes.delete(supervised.name);
    });
    return supervised;
  }

  for (const record of records.all()) {
    if (isAlive(record)) take(SupervisedProcess.adopt(record, around));
    else records.remove(record.name);
  }

  /** Calls about one name take turns, so that two of them never start it twice. */
  function inTurn<T>(name: string, action: () => Promise<T>): Promise<T> {
    const turn = (turns.get(name) ?? Promise.resolve()).then(action);
    turns.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  const recordOf = (name: string) => records.all().find((record) => record.name === name);

  async function stopNow(name: string): Promise<void> {
    const supervised = processes.get(name);
    if (supervised === undefined) return;
    await supervised.stop(recordOf(name) ?? stopSettings({}));
    processes.delete(name);
  }

  return {
    ensure: (spec) =>
      inTurn(spec.name, async () => {
        const present = processes.get(spec.name);
        if (present?.alive === true && recordOf(spec.name)?.specHash === specHash(spec)) {
          present.claim(spec);
          return present;
        }
        await stopNow(spec.name);
        return take(await SupervisedProcess.start(spec, around));
      }),
    get: (name) => processes.get(name),
    list: () => [...processes.values()],
    stop: (name) => inTurn(name, () => stopNow(name)),
    async stopAll() {
      await Promise.all([...processes.keys()].map((name) => inTurn(name, () => stopNow(name))));
    },
    onExit: (listener) => void listeners.push(listener),
    release: () => processes.forEach((supervised) => supervised.release()),
  };
}

/** Stops everything a supervisor once started under this home, without the cloud that did it. */
export async function stopRecordedProcesses(home: string): Promise<readonly string[]> {
  const records = openProcessRecords(join(home, "processes.json"));
  const living = records.all().filter((record) => isAlive(record));
  await Promise.all(living.map((record) => terminate(record, record)));
  records.all().forEach((record) => records.remove(record.name));
  return living.map((record) => record.name);
}
