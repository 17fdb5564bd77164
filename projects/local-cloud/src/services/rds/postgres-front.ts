/**
 * The door in front of PostgreSQL: an endpoint that speaks TLS, decides who may come in, and hands the session on.
 * After that it only moves bytes.
 */
import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { SecureContext } from "node:tls";
import type { Address, Cloud } from "../../cloud.ts";
import { listen } from "../../cloud.ts";
import {
  PathRefused,
  type Destination,
  type NetworkPaths,
  type NetworkPlace,
} from "../../network-path/network-paths.ts";
import type { Startup } from "./wire.ts";
import {
  CANCEL_REQUEST,
  GSSENC_REQUEST,
  PostgresRefusal,
  SSL_REQUEST,
  askForClearPassword,
  errorResponse,
  parseStartup,
  readPassword,
  readStartPacket,
} from "./wire.ts";

/** PostgreSQL's own `authentication_timeout`. */
const AUTHENTICATION_TIMEOUT_MS = 60_000;
const BORROW_POLL_MS = 25;
/** SQLSTATE of a server that is not there, or not yet. */
const CANNOT_CONNECT_NOW = "57P03";
/** SQLSTATE of a connection that could not be made; a client may try again. */
const CANNOT_ESTABLISH = "08001";

/** Where a session goes once its user is let in. */
export interface Backend {
  readonly address: Address;
  /** Behind this socket PostgreSQL asks for no password: for users the door has checked itself. */
  socketPath(): string;
  /** Connections of clients, so that all of them can be ended. */
  readonly sessions: Set<Socket>;
}

/** What one endpoint decides. All of it is asked anew for each connection, so that a failover or a change counts at once. */
export interface Door {
  /** For the log: `srs-local-records writer`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  tls(): Promise<{ context: SecureContext; required: boolean }>;
  /** Where clients arrive, as the network knows it. */
  destination(): Destination;
  /** The door is a client itself: from where to where it connects. */
  onward?(): { readonly from: NetworkPlace; readonly to: Destination } | undefined;
  /** @throws {PostgresRefusal} the user may not come in here */
  admit(startup: Startup): Promise<{ backend: Backend; login: "password" | "iam-token" }>;
  /** @throws {PostgresRefusal} the token does not speak for this user */
  checkToken(user: string, token: string): void;
  /** How long a client waits for a server that takes it. Without it a client hears at once that there is none. */
  borrowTimeoutMs?(): number;
  /** Servers that may hold the session a cancel request means. */
  backends(): readonly Backend[];
}

export interface OpenDoor {
  close(): Promise<void>;
}

/** What a door needs of the cloud. */
type Surroundings = Pick<Cloud, "network" | "log">;

export async function openDoor(door: Door, around: Surroundings): Promise<OpenDoor> {
  const clients = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket);
    socket.once("close", () => clients.delete(socket));
    socket.on("error", () => socket.destroy());
    void serve(door, socket, around);
  });
  await listen(server, door.port, door.host);
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

async function serve(door: Door, socket: Socket, { network, log }: Surroundings): Promise<void> {
  // Asked at once, while the client's process is sure to live, and said when the client can hear it.
  const asked = network.refusalOf(socket, door.destination());
  asked.catch(() => undefined); // it is waited for below, unless the client leaves before
  const impatience = setTimeout(() => socket.destroy(), AUTHENTICATION_TIMEOUT_MS);
  let client = socket;
  try {
    const { stream, startup } = await greet(door, socket, (secured) => (client = secured));
    if (!startup) return;
    const refusal = await asked;
    if (refusal) throw refusal;
    const upstream = await borrow(door, startup, stream, network);
    clearTimeout(impatience);
    upstream.setNoDelay(true);
    upstream.write(startup.bytes);
    await Promise.all([pipeline(stream, upstream), pipeline(upstream, stream)]);
  } catch (error) {
    if (error instanceof PostgresRefusal) client.write(errorResponse(error));
    else if (error instanceof PathRefused)
      client.write(errorResponse(new PostgresRefusal(CANNOT_ESTABLISH, error.message)));
    else if (!isDisconnect(error)) log(`rds: a connection to ${door.name} ended: ${(error as Error).message}`);
  } finally {
    clearTimeout(impatience);
    client.destroySoon();
  }
}

/** A connection to a server behind the door, for which a client may have to wait. */
async function borrow(door: Door, startup: Startup, client: Socket, network: NetworkPaths): Promise<Socket> {
  const deadline = Date.now() + (door.borrowTimeoutMs?.() ?? 0);
  for (;;) {
    try {
      return await reach(door, startup, client, network);
    } catch (error) {
      const unavailable = error instanceof PostgresRefusal && error.sqlState === CANNOT_CONNECT_NOW;
      if (!unavailable || client.destroyed || Date.now() >= deadline) throw error;
      await delay(BORROW_POLL_MS);
    }
  }
}

async function reach(door: Door, startup: Startup, client: Socket, network: NetworkPaths): Promise<Socket> {
  const { backend, login } = await door.admit(startup);
  if (login === "iam-token") {
    client.write(askForClearPassword());
    door.checkToken(startup.user, await readPassword(client));
  }
  const open = () => (login === "iam-token" ? connect(backend.socketPath()) : connect(backend.address));
  const onward = door.onward?.();
  const upstream = onward ? network.dial(onward.from, onward.to, open) : open();
  await connected(upstream);
  backend.sessions.add(upstream);
  upstream.once("close", () => backend.sessions.delete(upstream));
  return upstream;
}

/** The opening: encryption first, then who it is. A cancel request is passed on and has no startup. */
async function greet(
  door: Door,
  socket: Socket,
  onSecured: (stream: TLSSocket) => void,
): Promise<{ stream: Socket; startup?: Startup }> {
  const { context, required } = await door.tls();
  let stream = socket;
  let packet = await readStartPacket(stream);
  while (packet.code === GSSENC_REQUEST || (packet.code === SSL_REQUEST && stream === socket)) {
    if (packet.code === GSSENC_REQUEST) {
      stream.write("N");
    } else {
      socket.write("S");
      // Bytes the client sent ahead of the handshake go into the TLS engine too, so none of them counts as plain text.
      const secured = new TLSSocket(socket, { isServer: true, secureContext: context });
      secured.on("error", () => socket.destroy()).once("close", () => socket.destroy());
      onSecured(secured);
      stream = secured;
    }
    packet = await readStartPacket(stream);
  }
  if (packet.code === CANCEL_REQUEST) {
    for (const backend of door.backends()) await passCancel(backend, packet.bytes);
    return { stream };
  }
  const startup = parseStartup(packet);
  if (required && stream === socket) {
    throw new PostgresRefusal(
      "28000",
      `no pg_hba.conf entry for host "${socket.remoteAddress ?? "?"}", user "${startup.user}", ` +
        `database "${startup.database}", no encryption`,
    );
  }
  return { stream, startup };
}

/** PostgreSQL answers a cancel request by closing; a key that is not of this server is ignored there. */
async function passCancel(backend: Backend, bytes: Buffer): Promise<void> {
  const upstream = connect(backend.address);
  await connected(upstream);
  upstream.resume();
  upstream.end(bytes);
  await new Promise((resolve) => upstream.once("close", resolve));
}

async function connected(upstream: Socket): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      upstream.once("connect", resolve).once("error", reject);
    });
  } catch {
    throw new PostgresRefusal("57P03", "the database system is not available");
  }
}

/** Clients and servers leave as they like; that is no event. */
function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return (
    [
      "ERR_STREAM_PREMATURE_CLOSE",
      "ECONNRESET",
      "EPIPE",
      "ERR_STREAM_DESTROYED",
      "ERR_STREAM_WRITE_AFTER_END",
    ].includes(code) || (error as Error).message.includes("The client left")
  );
}
