import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureContext } from "node:tls";
import { listen, type Cloud } from "../../cloud.ts";
import { AccessLogs } from "./access-log.ts";
import { ApiKeyValues } from "./api-key-values.ts";
import { Deployments } from "./deployments.ts";
import { handleRequest, type Gateway } from "./pipeline.ts";
import { PrivateLinks } from "./private-link.ts";
import { Throttling } from "./throttling.ts";
import { DOMAIN_NAME } from "./tokens.ts";

/** One HTTPS server per REST API, with all its stages. What it serves is read from the account at each request. */
export class GatewayDataPlane {
  readonly deployments: Deployments;
  readonly keys: ApiKeyValues;
  readonly #gateway: Gateway;
  readonly #cloud: Cloud;
  readonly #accessLogs: AccessLogs;
  readonly #links: PrivateLinks;
  readonly #servers = new Map<string, Server>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.deployments = new Deployments(cloud.home);
    this.keys = new ApiKeyValues(cloud);
    this.#accessLogs = new AccessLogs(cloud.home);
    this.#links = new PrivateLinks(cloud);
    this.#gateway = {
      cloud,
      deployments: this.deployments,
      throttling: new Throttling(cloud.account, this.keys),
      links: this.#links,
      accessLogs: this.#accessLogs,
    };
  }

  /** Opens the server of an API, at the port it had before if it had one. */
  async open(apiId: string): Promise<void> {
    if (this.#servers.has(apiId)) return;
    const { cert, key } = await this.#cloud.certificates.issue(["127.0.0.1", "localhost"]);
    const SNICallback = (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
      this.#contextFor(name).then((context) => done(null, context), done);
    };
    const options = { cert, key, SNICallback, minVersion: "TLSv1.2" as const, keepAliveTimeout: 65_000 };
    const server = createServer(options, (request, response) => {
      void this.#serve(apiId, request, response);
    });
    await listen(server, await this.#cloud.ports.allocate(purpose(apiId)));
    this.#servers.set(apiId, server);
  }

  /** @returns `https://127.0.0.1:<port>`; throws when the API is not open */
  baseUrl(apiId: string): string {
    const server = this.#servers.get(apiId);
    if (server === undefined) throw new Error(`REST API ${apiId} is not being served; restart the local cloud.`);
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  isOpen(apiId: string): boolean {
    return this.#servers.get(apiId)?.listening === true;
  }

  /** For good: the port is free for others afterwards. */
  async remove(apiId: string): Promise<void> {
    await this.#close(apiId);
    await this.#cloud.ports.release(purpose(apiId));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((apiId) => this.#close(apiId)));
    await this.#links.close();
    await this.#accessLogs.close();
  }

  async #serve(apiId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await handleRequest(this.#gateway, apiId, request, response);
    } catch (error) {
      this.#cloud.log(
        `apigateway ${apiId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-type": "application/json" }).end('{"message":"Internal server error"}');
    }
  }

  /** A domain of the account's has a certificate of its own; undefined leaves the server's. */
  async #contextFor(serverName: string): Promise<SecureContext | undefined> {
    const name = serverName.toLowerCase();
    if (this.#cloud.account.byId(DOMAIN_NAME, name) === undefined) return undefined;
    return (await this.#cloud.certificates.issue([name])).context;
  }

  async #close(apiId: string): Promise<void> {
    const server = this.#servers.get(apiId);
    if (server === undefined) return;
    this.#servers.delete(apiId);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}

const purpose = (apiId: string): string => `apigateway-${apiId}`;
