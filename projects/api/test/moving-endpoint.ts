/** An address that stands for one server and later for another, as those of a database proxy and of a cache group do. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export class MovingEndpoint {
  readonly #server = createServer((client) => this.#accept(client));
  readonly #sockets = new Set<Socket>();
  #waiting: Socket[] = [];
  /** Undefined: clients wait. */
  #target: number | undefined;

  static async before(port: number): Promise<MovingEndpoint> {
    const endpoint = new MovingEndpoint();
    endpoint.#target = port;
    endpoint.#server.listen(0, "127.0.0.1");
    await once(endpoint.#server, "listening");
    return endpoint;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Clients that have found nobody yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The server behind it is lost: connections break, and new ones wait. */
  lose(): void {
    this.#target = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Another server stands behind it. */
  moveTo(port: number): void {
    this.lose();
    this.#target = port;
    for (const client of this.#waiting.splice(0)) this.#join(client, port);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of [...this.#sockets, ...this.#waiting]) socket.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    client.on("error", () => client.destroy());
    if (this.#target === undefined) this.#waiting.push(client.pause());
    else this.#join(client, this.#target);
  }

  #join(client: Socket, port: number): void {
    const server = connect(port, "127.0.0.1");
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => one.destroy());
      one.once("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
