import { setTimeout as delay } from "node:timers/promises";

const EVERY_MS = 500;

/** Asks until there is no complaint left, at least once. @throws the last complaint when time is up */
export async function pollUntil(withinMs: number, complaint: () => Promise<Error | undefined>): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const error = await complaint();
    if (error === undefined) return;
    if (Date.now() > deadline) throw error;
    await delay(EVERY_MS);
  }
}
