/**
 * LOC-11: whether a new connection passes the deployed network. Doors ask about who comes in, dialers about where they
 * go; what has no place in a VPC - the operator, a test, a client of the public API - is for the door to judge.
 */
import { appendFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import type { Account } from "../cloud.ts";
import { decide } from "./decide.ts";
import { ExercisedEdges } from "./exercised.ts";
import { readNetwork, type Network } from "./network.ts";
import { holdsSocket, peerInode, type Ends } from "./peers.ts";
import type { Destination, NetworkPlace, PassedEndpoint } from "./place.ts";

export type { Destination, NetworkPlace, PassedEndpoint } from "./place.ts";

/** The network holds a connection back. The message names the rule that is missing. */
export class PathRefused extends Error {}

export type ConnectionPeer =
  | { readonly kind: "place"; readonly place: NetworkPlace }
  /** No process that the cloud started: a client from outside every VPC. */
  | { readonly kind: "outside" }
  /** It has closed its end already. */
  | { readonly kind: "gone" };

interface Tracked {
  readonly from: NetworkPlace;
  readonly to: Destination[];
}

export class NetworkPaths {
  readonly #account: Account;
  readonly #logFile: string;
  readonly #exercised: ExercisedEdges;
  readonly #attached = new Set<{ readonly place: NetworkPlace; readonly pid: () => number | undefined }>();
  readonly #tracked = new Map<Socket, Tracked>();
  #network: { readonly revision: number; readonly value: Network } | undefined;

  constructor(account: Account, home: string) {
    this.#account = account;
    this.#logFile = join(home, "logs", "network.log");
    this.#exercised = new ExercisedEdges(join(home, "network", "exercised.json"));
  }

  /** A process stands at a place in a VPC, with whatever it starts, until the returned function is called. */
  attach(place: NetworkPlace, pid: () => number | undefined): () => void {
    const attached = { place, pid };
    this.#attached.add(attached);
    return () => void this.#attached.delete(attached);
  }

  /** Who opened this connection to a listener of the cloud. */
  async peerOf(socket: Ends): Promise<ConnectionPeer> {
    if (this.#attached.size === 0) return { kind: "outside" };
    const inode = await peerInode(socket);
    if (inode === undefined) return { kind: "gone" };
    for (const { place, pid } of this.#attached) {
      const root = pid();
      if (root !== undefined && holdsSocket(root, inode)) return { kind: "place", place };
    }
    return { kind: "outside" };
  }

  /**
   * Whether a connection may be opened. A refusal is written to `network.log`.
   * @returns the endpoint that the connection passes, if it does
   * @throws {PathRefused}
   */
  require(from: NetworkPlace, to: Destination): PassedEndpoint | undefined {
    const verdict = decide(this.#current(), from, to);
    if (verdict === undefined) return undefined;
    if (verdict.allowed) {
      this.#exercised.add(verdict.edge);
      return verdict.endpoint;
    }
    appendFileSync(this.#logFile, `${new Date().toISOString()} REJECT ${verdict.reason}\n`, { mode: 0o600 });
    throw new PathRefused(verdict.reason);
  }

  /**
   * Opens a connection that the cloud makes in the name of what stands at `from`.
   * @throws {PathRefused}
   */
  dial<S extends Socket>(from: NetworkPlace, to: Destination, open: () => S): S {
    this.require(from, to);
    const socket = open();
    this.track(socket, from, to);
    return socket;
  }

  /** The same for a connection that has come in; `undefined` lets it in. Who is outside every VPC may. */
  async refusalOf(socket: Socket, to: Destination): Promise<PathRefused | undefined> {
    const peer = await this.peerOf(socket);
    if (peer.kind === "outside") return undefined;
    if (peer.kind === "gone") return new PathRefused("The client has left.");
    try {
      this.require(peer.place, to);
    } catch (error) {
      if (error instanceof PathRefused) return error;
      throw error;
    }
    this.track(socket, peer.place, to);
    return undefined;
  }

  /** Lets a server see only connections that the network lets pass; the others are reset. */
  guard(server: Server, to: () => Destination): void {
    const handlers = server.listeners("connection");
    server.removeAllListeners("connection").on("connection", (socket: Socket) => {
      socket.on("error", () => socket.destroy());
      const admit = (refusal: PathRefused | undefined): void => {
        if (refusal !== undefined) socket.resetAndDestroy();
        else if (!socket.destroyed) for (const handle of handlers) handle.call(server, socket);
      };
      this.refusalOf(socket, to()).then(admit, () => socket.destroy());
    });
  }

  /** Remembers how an open connection came to be. As on AWS a rule that goes away does not cut it. */
  track(socket: Socket, from: NetworkPlace, to: Destination): void {
    const known = this.#tracked.get(socket);
    if (known !== undefined) {
      known.to.push(to);
      return;
    }
    this.#tracked.set(socket, { from, to: [to] });
    socket.once("close", () => this.#tracked.delete(socket));
  }

  /** Ends the open connections that would not be let pass any more, as if their idle timeouts were over. */
  cutRefused(): number {
    const network = this.#current();
    const refused = [...this.#tracked].filter(([, { from, to }]) =>
      to.some((destination) => decide(network, from, destination)?.allowed === false),
    );
    for (const [socket] of refused) socket.resetAndDestroy();
    return refused.length;
  }

  close(): void {
    this.#exercised.flush();
  }

  #current(): Network {
    const { revision } = this.#account;
    if (this.#network?.revision !== revision) this.#network = { revision, value: readNetwork(this.#account) };
    return this.#network.value;
  }
}
