/** An endpoint that moves bytes to whichever server it stands for at the moment a client connects. TLS passes through. */
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Address } from "../../cloud.ts";
import { listen } from "../../cloud.ts";

export interface Forward {
  close(): Promise<void>;
}

export interface ForwardOptions {
  /** Asked for each connection; undefined closes it, as an endpoint without a server behind it would. */
  readonly target: () => Address | undefined;
  /** Whether the network lets the client in. */
  readonly admits: (client: Socket) => Promise<boolean>;
}

export async function openForward(at: Address, options: ForwardOptions): Promise<Forward> {
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.once("close", () => clients.delete(client)).on("error", () => client.destroy());
    forward(client, options).catch(() => client.destroy());
  });
  await listen(server, at.port, at.host);
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

async function forward(client: Socket, { target, admits }: ForwardOptions): Promise<void> {
  if (!(await admits(client))) {
    client.resetAndDestroy();
    return;
  }
  const address = target();
  if (!address) {
    client.destroy();
    return;
  }
  const upstream = connect({ ...address, noDelay: true });
  try {
    await Promise.all([pipeline(client, upstream), pipeline(upstream, client)]);
  } finally {
    // One side that breaks takes the other with it: the client sees what happened and connects again.
    client.destroy();
    upstream.destroy();
  }
}
