import { createServer as createHttp1Server } from "node:http";
import type { IncomingMessage, Server as Http1Server, ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { Http2Server, Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from "node:http2";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

const HTTP2_PREFACE = "PRI * HTTP/2.0\r\n";

/**
 * One listener for both versions of HTTP without TLS: most SDK clients speak HTTP/1.1, that of Kinesis only HTTP/2.
 * The first bytes of a connection tell them apart.
 */
export class TwoVersionServer {
  readonly listener: Server;
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<ServerHttp2Session>();

  constructor(
    onRequest: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
    onConnection: (socket: Socket) => void,
  ) {
    this.http1 = createHttp1Server(onRequest);
    // Node gives HTTP/2 requests the shape of HTTP/1 ones; only its type definitions keep the two apart.
    this.http2 = createHttp2Server(
      onRequest as unknown as (...call: [Http2ServerRequest, Http2ServerResponse]) => void,
    );
    this.http2.on("session", (session) => {
      this.sessions.add(session);
      session.once("close", () => this.sessions.delete(session));
    });
    this.listener = createServer((socket) => {
      onConnection(socket);
      if (!socket.destroyed) this.accept(socket);
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    this.sessions.forEach((session) => session.destroy());
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let seen = Buffer.alloc(0);
    const onReadable = () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      seen = Buffer.concat([seen, chunk]);
      const start = seen.toString("latin1").slice(0, HTTP2_PREFACE.length);
      if (start.length < HTTP2_PREFACE.length && HTTP2_PREFACE.startsWith(start)) return;
      socket.off("readable", onReadable);
      socket.unshift(seen);
      (start === HTTP2_PREFACE ? this.http2 : this.http1).emit("connection", socket);
    };
    socket.on("readable", onReadable);
  }
}
