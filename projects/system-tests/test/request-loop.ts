/** A campus system that never stops asking: what it meets while something happens to the system. */
import type { CampusSystem, Reply } from "../src/campus-system.ts";

export interface LoopResult {
  readonly answered: number;
  /** Everything that was not the expected status, connection errors included. */
  readonly failures: readonly string[];
}

/** Asks one request after the other until told to stop. */
export function requestLoop(
  ask: () => Promise<Reply>,
  expectedStatus: number,
): { stop: () => Promise<LoopResult>; answered: () => number } {
  const failures: string[] = [];
  let answered = 0;
  let stopping = false;
  const loop = (async () => {
    while (!stopping) {
      try {
        const reply = await ask();
        if (reply.status === expectedStatus) answered += 1;
        else failures.push(`HTTP ${reply.status} ${reply.body?.type ?? ""}`);
      } catch (error) {
        failures.push((error as Error).message);
      }
    }
  })();
  return {
    answered: () => answered,
    stop: async () => {
      stopping = true;
      await loop;
      return { answered, failures };
    },
  };
}

/** Paced below the usage plan, so that the loop itself is never throttled. */
export function paced(system: CampusSystem, path: string, everyMs: number): () => Promise<Reply> {
  let nextAtMs = 0;
  return async () => {
    const waitMs = Math.max(0, nextAtMs - Date.now());
    nextAtMs = Date.now() + waitMs + everyMs;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    return system.call(path);
  };
}
