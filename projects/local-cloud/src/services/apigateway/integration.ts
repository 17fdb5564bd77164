import type { TLSSocket } from "node:tls";
import type { Cloud } from "../../cloud.ts";
import type { NetworkPlace } from "../../network-path/network-paths.ts";
import type { Elbv2Service } from "../elbv2/index.ts";
import { forwardedHeaders } from "./headers.ts";
import type { MethodDefinition } from "./method-definition.ts";
import type { Exchange, Gateway } from "./pipeline.ts";
import type { UpstreamReply } from "./private-link.ts";
import { VPC_LINK } from "./tokens.ts";
import { valueOf, type ValueScope, type ValueSource } from "./value-source.ts";

export interface IntegrationCall {
  readonly method: MethodDefinition;
  readonly pathParameters: ReadonlyMap<string, string>;
  readonly scope: ValueScope;
  readonly body: Buffer;
  /** The body was compressed when it came, and is not any more. */
  readonly unpacked: boolean;
}

/** Sends a request over the VPC link to the listener of the load balancer that the integration names. */
export async function integrate(gateway: Gateway, exchange: Exchange, call: IntegrationCall): Promise<UpstreamReply> {
  const { integration } = call.method;
  const { request, stage, context, api } = exchange;
  const { host, hostname, port, path, query } = partsOf(integration.uri);
  const socket = request.socket as TLSSocket;
  const headers = forwardedHeaders(
    call.unpacked ? { ...request.headers, "content-encoding": undefined } : request.headers,
    {
      apiId: api.id,
      host,
      sourceIp: socket.remoteAddress ?? "",
      port: socket.localPort ?? 443,
      traceId: context.traceId,
    },
  );
  const elbv2 = gateway.cloud.service<Elbv2Service>("elbv2");
  const link = {
    vpcLinkId: integration.vpcLinkId,
    address: elbv2.addressOf(integration.loadBalancerArn, port),
    serverName: hostname,
    from: () => placeOfLink(gateway.cloud, integration.vpcLinkId),
    to: () => elbv2.destinationOf(integration.loadBalancerArn, port),
  };
  const sent = {
    method: integration.httpMethod === "ANY" ? (request.method ?? "GET") : integration.httpMethod,
    // In a private integration the name of the stage stays in front of the path; the load balancer's rule takes it away.
    path: `/${stage.inputs.stageName}${filled(path, integration.pathValues, call.scope)}${queryOf(query, exchange.query, call)}`,
    headers: { ...headers, ...mapped(integration.headerValues, call.scope) },
    body: call.body,
  };
  const startedAt = Date.now();
  try {
    const reply = await gateway.links.call(link, sent, integration.timeoutMs, exchange.gone);
    context.set({ "integration.status": reply.status, integrationStatus: reply.status });
    return reply;
  } finally {
    const latencyMs = Date.now() - startedAt;
    context.set({ integrationLatency: latencyMs, "integration.latency": latencyMs });
  }
}

function placeOfLink(cloud: Cloud, vpcLinkId: string): NetworkPlace {
  const inputs = cloud.account.byId(VPC_LINK, vpcLinkId)?.inputs;
  return {
    name: `VPC link ${inputs?.name ?? vpcLinkId}`,
    subnetIds: (inputs?.subnetIds as string[] | undefined) ?? [],
    securityGroupIds: (inputs?.securityGroupIds as string[] | undefined) ?? [],
  };
}

function mapped(values: ReadonlyMap<string, ValueSource>, scope: ValueScope): Record<string, string> {
  const entries = [...values].map(([name, source]) => [name.toLowerCase(), valueOf(source, scope)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}

/** Not with `URL`, which would resolve dots and turn backslashes: what a caller sends must not climb up the path. */
function partsOf(uri: string): { host: string; hostname: string; port: number; path: string; query: string } {
  const [, host = "", path = "", query = ""] = /^https:\/\/([^/?]+)([^?]*)(?:\?(.*))?$/.exec(uri) ?? [];
  const [hostname = "", port = "443"] = host.split(":");
  return { host, hostname, port: Number(port), path: path === "" ? "/" : path, query };
}

/** Path parameters come percent-encoded and stay so; anything else is encoded here. */
function filled(path: string, values: ReadonlyMap<string, ValueSource>, scope: ValueScope): string {
  return path.replace(/\{([^}]+)\}/g, (_match, name: string) => {
    const source = values.get(name);
    const value = source === undefined ? "" : (valueOf(source, scope) ?? "");
    return source?.kind === "parameter" && source.place === "path" ? safePath(value) : encodeURIComponent(value);
  });
}

/** A value that the service behind would read as a step in the path is encoded once more, so that it stays a value. */
export function safePath(value: string): string {
  return value
    .split("/")
    .map((part) => part.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@%]/g, encodeURIComponent))
    .map((part) => (/^(\.|%2e){1,2}$/i.test(part) ? part.replace(/\.|%2e/gi, "%252E") : part))
    .join("/");
}

/** The integration's own query and the caller's, as they came; mapped values take the place of the caller's. */
function queryOf(own: string, callers: string, { method, scope }: IntegrationCall): string {
  const joined = [own, callers.replace(/^\?/, "")].filter((part) => part !== "").join("&");
  const replaced = Object.entries(mapped(method.integration.queryValues, scope));
  if (replaced.length === 0) return joined === "" ? "" : `?${joined}`;
  const parameters = new URLSearchParams(joined);
  for (const [name, value] of replaced) parameters.set(name, value);
  return `?${parameters.toString()}`;
}
