import { randomBytes } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import type { Properties } from "../../resource-type.ts";
import { chooseGroup, forwardTargets, rewrittenUrl, routingAction, ruleFor, type Rule } from "./routing.ts";
import type { Target, TargetGroup } from "./target-group.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const TITLES = { 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out" } as const;

/** What the handler of one listener works with; asked anew for each request, because rules change under traffic. */
export interface ListenerView {
  readonly loadBalancer: Properties;
  readonly listener: Properties;
  readonly rules: readonly Rule[];
  group(arn: string): TargetGroup | undefined;
}

/** Routes, then hands the request to a target and the target's reply to the client, both as streams. */
export async function handle(
  view: ListenerView,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  for (const [name, value] of addedResponseHeaders(view.listener)) response.setHeader(name, value);
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const url = request.url ?? "/";
  const rule = ruleFor(view.rules, { host, url });
  const action = routingAction(rule?.actions ?? view.listener.defaultActions);
  const own = view.listener.routingHttpResponseServerEnabled === false ? {} : { server: "awselb/2.0" };
  if (action?.type === "fixed-response") return fixedResponse(action.fixedResponse, own, response);

  const arn = action && chooseGroup(forwardTargets(action), Math.random());
  const group = arn === undefined ? undefined : view.group(arn);
  if (group === undefined) return errorPage(response, 503, own);

  const headers = forwardedHeaders(request, view);
  const path = rewrittenUrl(rule?.transforms ?? [], url);
  const idleTimeoutMs = (view.loadBalancer.idleTimeout ?? 60) * 1000;
  const tried = new Set<Target>();
  for (let target = group.pick(tried); target !== undefined; target = group.pick(tried)) {
    tried.add(target);
    const outcome = await send({ group, target, path, headers, own, idleTimeoutMs, request, response });
    if (outcome !== "not-connected") return;
  }
  errorPage(response, tried.size === 0 ? 503 : 502, own);
}

interface Attempt {
  readonly group: TargetGroup;
  readonly target: Target;
  readonly path: string;
  readonly headers: http.OutgoingHttpHeaders;
  /** Headers of an answer the balancer gives itself. */
  readonly own: http.OutgoingHttpHeaders;
  readonly idleTimeoutMs: number;
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
}

/**
 * One attempt at one target. `not-connected`: nothing of the request was sent, so another target may have it,
 * whatever the method; in any other case the client has its answer.
 */
function send(attempt: Attempt): Promise<"answered" | "not-connected"> {
  const { group, target, path, headers, own, idleTimeoutMs, request, response } = attempt;
  return new Promise((resolve) => {
    target.inFlight += 1;
    let sent = false;
    const upstream = (group.secure ? https : http).request({
      host: target.host,
      port: target.port,
      method: request.method,
      path,
      headers,
      agent: group.agent,
    });
    const onClientGone = (): void => {
      if (!response.writableFinished) upstream.destroy();
    };
    response.once("close", onClientGone);

    upstream.once("socket", (socket) => {
      if (!socket.connecting) return startSending();
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
        if (!sent) socket.destroy(new Error("connect timeout"));
      });
      socket.once(group.secure ? "secureConnect" : "connect", startSending);
    });
    function startSending(): void {
      sent = true;
      upstream.setTimeout(idleTimeoutMs, () => {
        errorPage(response, 504, own);
        upstream.destroy();
      });
      request.pipe(upstream);
    }

    upstream.once("response", (reply) => {
      const replyHeaders = endToEnd(reply.headersDistinct);
      if (own.server === undefined) delete replyHeaders.server;
      response.writeHead(reply.statusCode ?? 502, replyHeaders);
      reply.pipe(response);
      reply.once("error", () => response.destroy()); // cut short: the client must not take it for a whole reply
    });
    upstream.once("error", () => {
      if (sent) {
        request.unpipe(upstream);
        errorPage(response, 502, own);
      }
    });
    upstream.once("close", () => {
      target.inFlight -= 1;
      response.off("close", onClientGone);
      resolve(sent || response.destroyed ? "answered" : "not-connected");
    });
  });
}

function forwardedHeaders(request: http.IncomingMessage, view: ListenerView): http.OutgoingHttpHeaders {
  const headers = endToEnd(request.headersDistinct);
  if (view.loadBalancer.dropInvalidHeaderFields === true) {
    for (const name of Object.keys(headers)) if (!/^[-a-z0-9]+$/i.test(name)) delete headers[name];
  }
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  const mode: string = view.loadBalancer.xffHeaderProcessingMode ?? "append";
  const before = request.headers["x-forwarded-for"];
  if (mode === "remove") delete headers["x-forwarded-for"];
  if (mode === "append") headers["x-forwarded-for"] = before === undefined ? client : `${String(before)}, ${client}`;
  headers["x-forwarded-proto"] = String(view.listener.protocol ?? "HTTP").toLowerCase();
  headers["x-forwarded-port"] = String(view.listener.port);
  headers["x-amzn-trace-id"] = traceId(request.headers["x-amzn-trace-id"]);
  headers.connection = "keep-alive";
  return headers;
}

/** Keeps the root a caller brought, and says that this hop was here. */
function traceId(brought: string | string[] | undefined): string {
  const own = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const root = /Root=([^;]+)/.exec(String(brought ?? ""));
  return root === null ? `Root=${own}` : `Self=${own};${String(brought)}`;
}

function endToEnd(headers: NodeJS.Dict<string[]>): http.OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/)));
  const kept: http.OutgoingHttpHeaders = {};
  for (const [name, values] of Object.entries(headers)) {
    if (HOP_BY_HOP.has(name) || named.has(name) || values === undefined) continue;
    kept[name] = values.length === 1 ? values[0] : values;
  }
  return kept;
}

function addedResponseHeaders(listener: Properties): [string, string][] {
  const added: [string, string | undefined][] = [
    ["strict-transport-security", listener.routingHttpResponseStrictTransportSecurityHeaderValue],
    ["x-content-type-options", listener.routingHttpResponseXContentTypeOptionsHeaderValue],
    ["x-frame-options", listener.routingHttpResponseXFrameOptionsHeaderValue],
    ["content-security-policy", listener.routingHttpResponseContentSecurityPolicyHeaderValue],
  ];
  return added.filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function fixedResponse(fixed: Properties, own: http.OutgoingHttpHeaders, response: http.ServerResponse): void {
  response.writeHead(Number(fixed.statusCode ?? 200), { ...own, "content-type": fixed.contentType });
  response.end(fixed.messageBody ?? "");
}

/** The page a load balancer answers with itself; after a reply has begun the connection is cut instead. */
function errorPage(response: http.ServerResponse, status: 502 | 503 | 504, own: http.OutgoingHttpHeaders): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const title = `${status} ${TITLES[status]}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  response.writeHead(status, { ...own, "content-type": "text/html", "content-length": Buffer.byteLength(page) });
  response.end(page);
}
