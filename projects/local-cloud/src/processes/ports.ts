import { createHash } from "node:crypto";
import { createServer } from "node:net";
import type { Ports } from "../cloud.ts";
import { listen } from "../cloud.ts";
import { readJson, writeJson } from "../runtime/durable-json.ts";

// Below the range from which Linux takes the local ends of outgoing connections (32768 and up): a port that is
// remembered over a restart is not lent out in between.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

interface Allocation {
  readonly port: number;
  readonly pair: boolean;
}

/**
 * Where the search for a free port begins. It depends on the stack's own place on disk, so that two checkouts
 * starting at the same time look in different places.
 */
export function firstCandidate(file: string, purpose: string): number {
  const hash = createHash("sha256").update(`${file}\n${purpose}`).digest();
  return FIRST_PORT + (hash.readUInt32BE(0) % (LAST_PORT - FIRST_PORT));
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE" || code === "EACCES") return false;
    if (code === "EADDRNOTAVAIL") {
      throw new Error(`${host} is not available on this machine; the local cloud needs the whole of 127.0.0.0/8.`, {
        cause: error,
      });
    }
    throw error;
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return true;
}

/** Ports on loopback, remembered in a file so that addresses in the engine's state stay true over restarts. */
export function openPorts(file: string): Ports {
  const allocations = new Map(Object.entries(readJson<Record<string, Allocation>>(file) ?? {}));
  const save = () => writeJson(file, Object.fromEntries(allocations));
  let queue: Promise<unknown> = Promise.resolve();

  async function search(purpose: string, pair: boolean): Promise<number> {
    const taken = new Set([...allocations.values()].map((allocation) => allocation.port));
    const hosts = pair ? ["127.0.0.1", "127.0.0.2"] : ["127.0.0.1"];
    const span = LAST_PORT - FIRST_PORT;
    const first = firstCandidate(file, purpose) - FIRST_PORT;
    for (let step = 0; step < span; step++) {
      const port = FIRST_PORT + ((first + step) % span);
      if (taken.has(port)) continue;
      const free = await Promise.all(hosts.map((host) => isFree(port, host)));
      if (free.every(Boolean)) return port;
    }
    throw new Error(`No free port between ${FIRST_PORT} and ${LAST_PORT} on ${hosts.join(" and ")} for ${purpose}.`);
  }

  return {
    allocate(purpose, options = {}) {
      const pair = options.pair ?? false;
      const allocation = queue.then(async () => {
        const known = allocations.get(purpose);
        // Not probed: after a restart of the cloud the process behind this port is usually still our own.
        if (known !== undefined && (known.pair || !pair)) return known.port;
        const port = await search(purpose, pair);
        allocations.set(purpose, { port, pair });
        save();
        return port;
      });
      queue = allocation.catch(() => undefined);
      return allocation;
    },
    async release(purpose) {
      await queue;
      if (allocations.delete(purpose)) save();
    },
  };
}
