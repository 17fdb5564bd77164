import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { listen, type Cloud } from "../../cloud.ts";
import { ClientSecrets } from "./client-secrets.ts";
import { SigningKeys } from "./signing-keys.ts";
import { AUTHORIZE_PATH, TOKEN_PATH, tokenIssuer } from "./token-issuer.ts";

export const USER_POOL = "aws:cognito/userPool:UserPool";
export const USER_POOL_DOMAIN = "aws:cognito/userPoolDomain:UserPoolDomain";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The HTTPS server of all user pools: each pool is its own issuer at `/<pool id>`. */
export class CognitoDataPlane {
  readonly keys: SigningKeys;
  readonly clientSecrets: ClientSecrets;
  readonly sdk: CognitoIdentityProviderClient;
  readonly #cloud: Cloud;
  readonly #issuers = new Map<string, Promise<Handler>>();
  #server: Server | undefined;
  #port: Promise<number> | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.keys = new SigningKeys(cloud.home);
    this.clientSecrets = new ClientSecrets(cloud.home);
    this.sdk = new CognitoIdentityProviderClient({ ...cloud.sdk });
  }

  /** Listens if it does not yet. @returns `127.0.0.1:<port>/<pool id>`, the pool's issuer without its scheme */
  async endpointOf(poolId: string): Promise<string> {
    this.#port ??= this.#listen();
    this.#port.catch(() => (this.#port = undefined));
    return `127.0.0.1:${await this.#port}/${poolId}`;
  }

  /** Prefix of the pool's domain, once it has one. */
  domainOf(poolId: string): string | undefined {
    return this.#cloud.account.ofType(USER_POOL_DOMAIN).find(({ inputs }) => inputs.userPoolId === poolId)?.id;
  }

  forget(poolId: string): void {
    this.#issuers.delete(poolId);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#port = undefined;
    this.#issuers.clear();
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<number> {
    const { cert, key } = await this.#cloud.certificates.issue(["127.0.0.1", "localhost"]);
    const server = createServer({ cert, key, minVersion: "TLSv1.2" }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#cloud.log(`cognito: ${request.method} failed: ${error instanceof Error ? error.message : String(error)}`);
        if (!response.headersSent) answer(response, 500, { error: "server_error" });
        else response.destroy();
      });
    });
    this.#cloud.network.guard(server, () => ({ kind: "aws-service", service: "cognito-idp" }));
    const port = await listen(server, await this.#cloud.ports.allocate("cognito"));
    this.#server = server;
    return port;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { poolId, path } = split(request.url ?? "/");
    const pool = this.#cloud.account.byId(USER_POOL, poolId);
    if (pool === undefined) return answer(response, 404, { message: "User pool does not exist." });
    const route = path.split("?", 1)[0];
    if (route === AUTHORIZE_PATH) {
      return answer(response, 501, {
        message: "The local cloud issues tokens by client credentials only; the code grant with PKCE is not built yet.",
      });
    }
    if (route === TOKEN_PATH && this.domainOf(poolId) === undefined) {
      return answer(response, 404, {
        message: "A user pool has a token endpoint only with a domain: create a UserPoolDomain.",
      });
    }
    const issuer = this.#issuers.get(poolId) ?? this.#openIssuer(poolId);
    this.#issuers.set(poolId, issuer);
    issuer.catch(() => this.#issuers.delete(poolId));
    const handle = await issuer;
    // The library recognises its mount path by what is missing from `url` compared with `originalUrl`.
    await handle(Object.assign(request, { originalUrl: request.url, url: path }), response);
  }

  async #openIssuer(poolId: string): Promise<Handler> {
    return tokenIssuer({
      issuer: `https://${await this.endpointOf(poolId)}`,
      poolId,
      key: await this.keys.of(poolId),
      sdk: this.sdk,
      opens: (clientId, first, given) => this.clientSecrets.matches(poolId, clientId, first, given),
      log: (message) => this.#cloud.log(message),
    });
  }
}

function split(url: string): { poolId: string; path: string } {
  const [, poolId = "", path = "/"] = /^\/([^/?]*)(.*)$/.exec(url) ?? [];
  return { poolId, path: path === "" ? "/" : path };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
