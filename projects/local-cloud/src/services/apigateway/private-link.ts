import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { buildConnector, errors, Pool } from "undici";
import type { Address, CertificateAuthority, Cloud } from "../../cloud.ts";
import type { Destination, NetworkPaths, NetworkPlace } from "../../network-path/network-paths.ts";
import { GatewayRefusal } from "./gateway-responses.ts";

/** API Gateway's limit on a payload, in either direction. */
export const PAYLOAD_BYTES_MAX = 10 * 1024 * 1024;

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

export interface UpstreamReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** From a VPC link to the listener of a load balancer. */
export interface PrivateLink {
  readonly vpcLinkId: string;
  readonly address: Address;
  /** Host of the integration's uri: the certificate has to name it. */
  readonly serverName: string;
  /** Where both stand in the network, asked for each connection. */
  readonly from: () => NetworkPlace;
  readonly to: () => Destination;
}

/** Connections from the gateway to load balancers, kept open and used again. Certificates are verified. */
export class PrivateLinks {
  readonly #certificates: CertificateAuthority;
  readonly #network: NetworkPaths;
  readonly #pools = new Map<string, Pool>();

  constructor({ certificates, network }: Pick<Cloud, "certificates" | "network">) {
    this.#certificates = certificates;
    this.#network = network;
  }

  async call(
    link: PrivateLink,
    request: UpstreamRequest,
    timeoutMs: number,
    gone: AbortSignal,
  ): Promise<UpstreamReply> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await this.#pool(link).request({
        method: request.method,
        path: request.path,
        headers: request.headers,
        ...(request.body.length > 0 && { body: request.body }),
        signal: AbortSignal.any([timeout, gone]),
      });
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > PAYLOAD_BYTES_MAX) throw new Error("the reply is larger than 10 MB");
        chunks.push(chunk);
      }
      return { status: statusCode, headers, body: Buffer.concat(chunks) };
    } catch (error) {
      if (timeout.aborted || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
        throw new GatewayRefusal("INTEGRATION_TIMEOUT", "Endpoint request timed out");
      }
      throw new IntegrationFailure(error);
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #pool({ vpcLinkId, address: { host, port }, serverName, from, to }: PrivateLink): Pool {
    const key = `${vpcLinkId} ${host}:${port} ${serverName}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const open = buildConnector({ ca: readFileSync(this.#certificates.caFile, "utf8"), servername: serverName });
    const pool = new Pool(`https://${host}:${port}`, {
      connect: (options, connected) => {
        try {
          this.#network.require(from(), to());
        } catch (error) {
          connected(error as Error, null);
          return;
        }
        open(options, (...outcome: Parameters<typeof connected>) => {
          const [error, socket] = outcome;
          if (error === null && socket !== null) this.#network.track(socket, from(), to());
          connected(...outcome);
        });
      },
    });
    this.#pools.set(key, pool);
    return pool;
  }
}

/** Refused to the caller without the reason, which is the operator's to read. */
export class IntegrationFailure extends GatewayRefusal {
  constructor(cause: unknown) {
    super("INTEGRATION_FAILURE", "Network error communicating with endpoint");
    this.cause = cause;
  }
}
