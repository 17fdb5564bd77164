import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import {
  PathRefused,
  type ConnectionPeer,
  type NetworkPaths,
  type NetworkPlace,
  type PassedEndpoint,
} from "../network-path/network-paths.ts";

interface Connection {
  readonly socket: Socket;
  readonly peer: Promise<ConnectionPeer>;
  /** Services that were reached over it: the network tracks a connection and asks once. */
  readonly reached: Map<string, PassedEndpoint | undefined>;
}

/** Whence a call came into the AWS API, and through which endpoint. */
export interface CallSource {
  readonly place: NetworkPlace;
  /** Undefined: by an address of the internet. */
  readonly endpoint: PassedEndpoint | undefined;
}

/**
 * On AWS every service has addresses of its own; here one listener serves them all. So who connects is found when a
 * connection comes in, and which way the call takes when it has said for which service it is.
 */
export class CallSources {
  readonly #network: NetworkPaths;
  /** By the client's port. */
  readonly #connections = new Map<number, Connection>();

  constructor(network: NetworkPaths) {
    this.#network = network;
  }

  accept(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) {
      socket.destroy();
      return;
    }
    const peer = this.#network.peerOf(socket);
    peer.catch(() => undefined); // it is waited for with the first call, if there is one
    const connection = { socket, peer, reached: new Map() };
    this.#connections.set(remotePort, connection);
    socket.once("close", () => {
      if (this.#connections.get(remotePort) === connection) this.#connections.delete(remotePort);
    });
  }

  /**
   * @returns undefined for a caller outside every VPC; `"refused"` when the network does not let the call through, and
   * then the connection is gone
   */
  async of(call: Pick<IncomingMessage, "socket">, service: string): Promise<CallSource | undefined | "refused"> {
    const connection = this.#connections.get(call.socket.remotePort ?? 0);
    if (connection === undefined) return "refused"; // it has left
    const { socket, reached } = connection;
    const peer = await connection.peer;
    if (peer.kind === "outside") return undefined;
    if (peer.kind === "gone") {
      socket.destroy();
      return "refused";
    }
    const { place } = peer;
    if (reached.has(service)) return { place, endpoint: reached.get(service) };
    try {
      const to = { kind: "aws-service", service } as const;
      const endpoint = this.#network.require(place, to);
      reached.set(service, endpoint);
      this.#network.track(socket, place, to);
      return { place, endpoint };
    } catch (error) {
      if (!(error instanceof PathRefused)) throw error;
      socket.resetAndDestroy();
      return "refused";
    }
  }
}
