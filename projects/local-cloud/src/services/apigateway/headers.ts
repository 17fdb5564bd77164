// Which headers pass the gateway, and under which name.
import type { IncomingHttpHeaders } from "node:http";

type Headers = Record<string, string | string[]>;

/** They speak of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** Made anew for the other side. */
const REMADE = ["content-length", "expect", "host"];
/** API Gateway hands these of an integration's reply on under another name, and sends its own if it has one. */
const REMAPPED = ["date", "server", "www-authenticate"];

function endToEnd(headers: IncomingHttpHeaders): [string, string | string[]][] {
  const named = String(headers.connection ?? "")
    .toLowerCase()
    .split(/\s*,\s*/);
  return Object.entries(headers)
    .filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
    .filter(([name]) => !HOP_BY_HOP.includes(name) && !named.includes(name) && !REMADE.includes(name));
}

export interface Forwarding {
  readonly apiId: string;
  readonly host: string;
  readonly sourceIp: string;
  readonly port: number;
  readonly traceId: string;
}

export function forwardedHeaders(headers: IncomingHttpHeaders, forwarding: Forwarding): Headers {
  const chain = headers["x-forwarded-for"];
  return {
    "user-agent": `AmazonAPIGateway_${forwarding.apiId}`,
    "x-amzn-trace-id": forwarding.traceId,
    ...Object.fromEntries(endToEnd(headers)),
    host: forwarding.host,
    "x-amzn-apigateway-api-id": forwarding.apiId,
    "x-forwarded-for": chain === undefined ? forwarding.sourceIp : `${String(chain)}, ${forwarding.sourceIp}`,
    "x-forwarded-port": String(forwarding.port),
    "x-forwarded-proto": "https",
  };
}

export function returnedHeaders(headers: IncomingHttpHeaders): Headers {
  return Object.fromEntries(
    endToEnd(headers).map(([name, value]) => [REMAPPED.includes(name) ? `x-amzn-remapped-${name}` : name, value]),
  );
}
