import { readFileSync } from "node:fs";
import { Agent, request as httpsRequest } from "node:https";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Address, Cloud } from "../../src/cloud.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Call {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** A client that verifies certificates against the cloud's own authority. */
export class HttpsClient {
  readonly #address: Address;
  readonly #agent: Agent;

  constructor(cloud: Cloud, address: Address) {
    this.#address = address;
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(cloud.certificates.caFile) });
  }

  call(path: string, { method = "GET", headers = {}, body }: Call = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest({
        ...this.#address,
        path,
        method,
        headers,
        agent: this.#agent,
        servername: "localhost",
      });
      request.once("error", reject);
      request.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
