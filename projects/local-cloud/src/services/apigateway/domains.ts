/** Which API and stage a request is for: by the API's own address, or by a domain of the account's and its base path. */
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Account } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import { BASE_PATH_MAPPING, DOMAIN_NAME, REST_API } from "./tokens.ts";

export interface Destination {
  readonly apiId: string;
  readonly stageName: string;
  /** Path below the stage, and the query with its question mark. */
  readonly path: string;
  readonly query: string;
}

/**
 * @param apiId  the API at whose port the request came in
 * @returns undefined when nothing of the account answers there
 */
export function destinationOf(account: Account, apiId: string, request: IncomingMessage): Destination | undefined {
  const [, first = "", rest = "", query = ""] = /^\/([^/?]*)([^?]*)(.*)$/.exec(request.url ?? "/") ?? [];
  const host = hostOf(request);
  const domain = account.byId(DOMAIN_NAME, host);
  if (isStrict(domain ?? account.byId(REST_API, apiId)) && !serverNameFits(request, host, domain)) return undefined;
  if (domain === undefined) {
    if (account.byId(REST_API, apiId)?.inputs.disableExecuteApiEndpoint === true) return undefined;
    return { apiId, stageName: first, path: rest, query };
  }
  const mappings = account.ofType(BASE_PATH_MAPPING).filter(({ inputs }) => inputs.domainName === host);
  const named = mappings.find(({ inputs }) => inputs.basePath === first);
  const mapping = named ?? mappings.find(({ inputs }) => (inputs.basePath ?? "") === "");
  if (mapping === undefined) return undefined;
  return mapped(mapping, named === undefined ? `/${first}${rest}` : rest, query);
}

/** A mapping without a stage leaves the choice to the caller. */
function mapped({ inputs }: ResourceRecord, below: string, query: string): Destination | undefined {
  const apiId = inputs.restApi as string;
  if (inputs.stageName !== undefined) return { apiId, stageName: inputs.stageName as string, path: below, query };
  const [, stageName = "", path = ""] = /^\/([^/]*)(.*)$/.exec(below) ?? [];
  return { apiId, stageName, path, query };
}

export const hostOf = ({ headers }: IncomingMessage): string => (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();

const isStrict = (record: ResourceRecord | undefined): boolean => record?.inputs.endpointAccessMode === "STRICT";

/** Strict access: the name in the handshake is the name in the request. An address, as this machine's is, has none. */
function serverNameFits({ socket }: IncomingMessage, host: string, domain: ResourceRecord | undefined): boolean {
  const serverName = (socket as TLSSocket).servername;
  if (typeof serverName === "string" && serverName !== "") return serverName.toLowerCase() === host;
  return domain === undefined;
}
