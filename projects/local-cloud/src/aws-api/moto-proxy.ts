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

  /**
   * @param body undefined: the body is streamed from the request
   * @returns false when moto has nothing for such a call: it answers a browser's error page, and nobody got it
   */
  forward(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    host: string,
    body: Buffer | undefined,
  ): Promise<boolean> {
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
        if (isErrorPage(incoming, answer)) {
          answer.resume();
          resolve(false);
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        // A caller that hangs up in the middle is no fault of ours.
        pipeline(answer, outgoing, () => resolve(true));
      });
      if (body !== undefined) upstream.end(body);
      else pipeline(incoming, upstream, (error) => error && upstream.destroy(error));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Answers of AWS services are JSON or XML; a HEAD has no body, and moto's is of type HTML by chance. */
function isErrorPage(call: IncomingMessage, answer: IncomingMessage): boolean {
  const isHtml = answer.headers["content-type"]?.startsWith("text/html") === true;
  return (answer.statusCode ?? 0) >= 400 && isHtml && call.method !== "HEAD";
}
