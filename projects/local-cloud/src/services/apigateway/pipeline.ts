// One request through a REST API, in API Gateway's order: firewall, route, authorizer, resource policy, API key and
// limits, validation, integration.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account, Cloud } from "../../cloud.ts";
import type { ResourceRecord } from "../../resource-type.ts";
import type { CognitoService } from "../cognito/index.ts";
import type { WafService } from "../wafv2/index.ts";
import type { AccessLogs } from "./access-log.ts";
import { authenticate, requireScope } from "./authorizer.ts";
import type { CompiledDeployment, Deployments } from "./deployments.ts";
import { destinationOf } from "./domains.ts";
import { GatewayRefusal, renderGatewayResponse } from "./gateway-responses.ts";
import { returnedHeaders } from "./headers.ts";
import { integrate } from "./integration.ts";
import type { PrivateLinks } from "./private-link.ts";
import { decompressed, readBody, refuseAnnouncedSize } from "./request-body.ts";
import { RequestContext } from "./request-context.ts";
import { requireInvocation } from "./resource-policy.ts";
import { compressed } from "./response-body.ts";
import type { RouteMatch } from "./routes.ts";
import type { Throttling } from "./throttling.ts";
import { REST_API, STAGE } from "./tokens.ts";
import { validateParameters } from "./validator.ts";
import type { ValueScope } from "./value-source.ts";

/** What serving a request takes. */
export interface Gateway {
  readonly cloud: Cloud;
  readonly deployments: Deployments;
  readonly throttling: Throttling;
  readonly links: PrivateLinks;
  readonly accessLogs: AccessLogs;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly api: ResourceRecord;
  readonly stage: ResourceRecord;
  /** Path below the stage, and the query with its question mark. */
  readonly path: string;
  readonly query: string;
  readonly context: RequestContext;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}

export interface GatewayReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

export async function handleRequest(
  gateway: Gateway,
  apiId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { account } = gateway.cloud;
  const destination = destinationOf(account, apiId, request);
  const context = new RequestContext(request, destination?.apiId ?? apiId);
  const api = destination && account.byId(REST_API, destination.apiId);
  const stage = destination && stageOf(account, destination.apiId, destination.stageName);
  if (destination === undefined || api === undefined || stage === undefined) {
    // No API answers here, so no gateway response of one applies.
    return send(response, forbidden(), context, request.method === "HEAD");
  }
  context.set({
    stage: destination.stageName,
    xrayTraceId: stage.inputs.xrayTracingEnabled === true ? context.traceId : undefined,
  });
  const caller = new AbortController();
  response.once("close", () => {
    caller.abort();
    finish(gateway, stage, context);
  });
  const { path, query } = destination;
  const exchange = { request, api, stage, path, query, context, gone: caller.signal };
  const reply = await answer(
    gateway,
    exchange,
    await gateway.deployments.compiled(api.id, stage.inputs.deployment as string),
  );
  if (caller.signal.aborted) return;
  const minimumBytes =
    api.inputs.minimumCompressionSize === undefined ? undefined : Number(api.inputs.minimumCompressionSize);
  send(
    response,
    await compressed(reply, request.headers["accept-encoding"], minimumBytes),
    context,
    request.method === "HEAD",
  );
}

function stageOf(account: Account, apiId: string, stageName: string): ResourceRecord | undefined {
  return account.ofType(STAGE).find(({ inputs }) => inputs.restApi === apiId && inputs.stageName === stageName);
}

async function answer(gateway: Gateway, exchange: Exchange, deployment: CompiledDeployment): Promise<GatewayReply> {
  const match = deployment.routes.find(exchange.request.method ?? "GET", exchange.path);
  const scope = scopeOf(exchange, match);
  try {
    requireFirewall(gateway, exchange);
    if (match === undefined) throw new GatewayRefusal("MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token");
    return await serveMethod(gateway, exchange, deployment, match, scope);
  } catch (error) {
    const refusal = error instanceof GatewayRefusal ? error : unexpected(error);
    if (refusal.cause !== undefined) logCause(gateway, exchange, refusal);
    exchange.context.set({
      "error.message": refusal.message,
      "error.messageString": JSON.stringify(refusal.message),
      "error.responseType": refusal.type,
      "error.validationErrorString": refusal.validationError,
    });
    const rendered = renderGatewayResponse(
      refusal,
      deployment.definition.gatewayResponses,
      scope,
      exchange.request.headers.accept,
    );
    return { ...rendered, body: Buffer.from(rendered.body) };
  }
}

async function serveMethod(
  gateway: Gateway,
  exchange: Exchange,
  { validator, definition }: CompiledDeployment,
  { method, pathParameters }: RouteMatch,
  scope: ValueScope,
): Promise<GatewayReply> {
  const { request, context, api, stage } = exchange;
  context.set({ resourcePath: method.resourcePath });
  refuseAnnouncedSize(request);
  if (method.authorizer !== undefined) {
    const token = scope.parameter("header", method.authorizer.header);
    const claims = await authenticate(method.authorizer, token, gateway.cloud.service<CognitoService>("cognito"));
    // Before the scope is looked at: a refusal tells the access log which client it was.
    for (const [name, value] of Object.entries(claims)) context.set({ [`authorizer.claims.${name}`]: String(value) });
    requireScope(method.authorizer, claims);
  }
  const stageName = stage.inputs.stageName as string;
  const httpMethod = request.method ?? "GET";
  const sourceIp = request.socket.remoteAddress ?? "";
  requireInvocation(definition.policy, { stageName, httpMethod, path: exchange.path, sourceIp });
  const target = { apiId: api.id, stageName, method, httpMethod };
  context.set({ "identity.apiKeyId": await gateway.throttling.admit(target, scope.parameter("header", "x-api-key")) });

  if (method.validates.parameters) validateParameters(method.parameters, scope.parameter);
  const received = await readBody(request);
  const compression = api.inputs.minimumCompressionSize !== undefined;
  const body = compression ? await decompressed(received, request.headers["content-encoding"]) : received;
  if (method.validates.body) validator.validate(method, request.headers["content-type"], body);

  const unpacked = body !== received;
  const reply = await integrate(gateway, exchange, { method, pathParameters, scope, body, unpacked });
  return { status: reply.status, headers: returnedHeaders(reply.headers), body: reply.body };
}

/** A web ACL of the stage looks at a request before anything else does. */
function requireFirewall({ cloud }: Gateway, { request, query, stage, context }: Exchange): void {
  const verdict = cloud.service<WafService>("wafv2").inspect(stage.arn ?? "", {
    sourceIp: request.socket.remoteAddress ?? "",
    method: request.method ?? "GET",
    path: (request.url ?? "/").split("?", 1)[0] ?? "/",
    query: query.replace(/^\?/, ""),
    headers: request.headers,
  });
  if (verdict === undefined) return;
  const wafResponseCode = `WAF_${verdict.action}`;
  context.set({ webaclArn: verdict.webAcl.arn, wafResponseCode, "waf.status": verdict.action === "BLOCK" ? 403 : 200 });
  if (verdict.action === "BLOCK") throw new GatewayRefusal("WAF_FILTERED", "Forbidden");
}

function scopeOf({ request, query, context }: Exchange, match: RouteMatch | undefined): ValueScope {
  const queryValues = new URLSearchParams(query);
  return {
    context: context.get,
    parameter: (place, name) => {
      if (place === "path") return match?.pathParameters.get(name);
      if (place === "query") return queryValues.get(name) ?? undefined;
      return request.headers[name.toLowerCase()]?.toString();
    },
  };
}

function unexpected(error: unknown): GatewayRefusal {
  const refusal = new GatewayRefusal("API_CONFIGURATION_ERROR", "Internal server error");
  refusal.cause = error;
  return refusal;
}

function logCause({ cloud }: Gateway, { api, context }: Exchange, refusal: GatewayRefusal): void {
  const reason = refusal.cause instanceof Error ? refusal.cause.message : String(refusal.cause);
  cloud.log(`apigateway ${api.id}: request ${context.requestId} ended in ${refusal.type}: ${reason}`);
}

function forbidden(): GatewayReply {
  return {
    status: 403,
    headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
    body: Buffer.from('{"message":"Forbidden"}'),
  };
}

function send(response: ServerResponse, reply: GatewayReply, context: RequestContext, head: boolean): void {
  context.set({ status: reply.status, responseLength: reply.body.length });
  const hasBody = !head && reply.status !== 204 && reply.status !== 304;
  response.writeHead(reply.status, {
    ...(reply.headers as Record<string, string | string[]>),
    "x-amzn-requestid": context.requestId,
    "x-amz-apigw-id": context.extendedRequestId,
    ...(hasBody && { "content-length": reply.body.length }),
  });
  response.end(hasBody ? reply.body : undefined);
}

function finish({ accessLogs }: Gateway, stage: ResourceRecord, context: RequestContext): void {
  context.set({ responseLatency: Date.now() - context.startedAt });
  const { accessLogSettings } = stage.inputs;
  if (accessLogSettings === undefined) return;
  accessLogs.write(accessLogSettings.destinationArn as string, accessLogSettings.format as string, context.get);
}
