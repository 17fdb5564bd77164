import { createHash } from "node:crypto";
import { createServer } from "node:net";
import type { Server } from "node:net";

/**
 * Makes sure that one cloud at most runs for a home. The lock is a socket without a file (Linux's abstract namespace):
 * the kernel takes it away with the process, so a crash leaves no stale lock behind.
 */
export async function lockHome(home: string): Promise<Server> {
  const name = createHash("sha256").update(home).digest("hex").slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(taken ? new Error(`Another local cloud runs for ${home} already; this one ends.`) : error);
    });
    server.listen(`\0local-cloud-${name}`, resolve);
  });
  return server.unref();
}
