import { Agent, request } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream";

/** Belong to one connection, and are not passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"]);

function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !name.startsWith(":")));
}

/** Passes calls on to moto. The caller's Host is kept: moto makes queue addresses from it, and they lead back here. */
export class MotoProxy {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  /** @param body undefined: the body is streamed from the request */
  forward(incoming: IncomingMessage, outgoing: ServerResponse, host: string, body: Buffer | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { ...endToEnd(incoming.headers), host };
      const { agent, port } = this;
      const upstream = request({
        host: "127.0.0.1",
        port,
        method: incoming.method,
        path: incoming.url,
        headers,
        agent,
      });
      upstream.on("error", (error) => {
        if (outgoing.headersSent) outgoing.destroy();
        reject(error);
      });
      upstream.on("response", (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        // A caller that hangs up in the middle is no fault of ours.
        pipeline(answer, outgoing, () => resolve());
      });
      if (body !== undefined) upstream.end(body);
      else pipeline(incoming, upstream, (error) => error && upstream.destroy(error));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
