// The gateway's body is made from the service's own OpenAPI document, so the two cannot drift apart: every operation
// of the service gets a method here, and no method exists that the service does not describe.
import { gatewayResponses } from "./gateway-responses.ts";
import { modelName, schemaForOpenApi30 } from "./openapi-schema.ts";
import { INTERNAL_PATH, METHODS, scopesOf } from "./operation-scopes.ts";

type Json = Readonly<Record<string, unknown>>;

/** The part of an OpenAPI 3.1 document that the gateway needs. `x-scope` names the scope an operation asks for. */
export interface OpenApi31 {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths?: Readonly<Record<string, Json>>;
  readonly components?: Json & { readonly schemas?: Json };
}

export interface GatewayBodyOptions {
  /** Base path of the service and, without the slash, name of the stage: `/v1`. The stage puts it before each path. */
  readonly basePath: string;
  /** Host the load balancer's certificate and rule are made for. It does not route: the load balancer's ARN does. */
  readonly integrationHost: string;
  readonly loadBalancerArn: string;
  readonly vpcLinkId: string;
  readonly userPoolArn: string;
  /** Who may call which method, whatever the token says. Resources in the short form `execute-api:/<stage>/...`. */
  readonly resourcePolicy: Json;
  /** What the resource server puts before a scope in a token: `srs/`. */
  readonly scopePrefix: string;
  /** Problem types are `<problemBaseUrl>/<slug>`. */
  readonly problemBaseUrl: string;
  readonly timeoutMs: number;
}

const AUTHORIZER = "campus";
const API_KEY = "api_key";
/** What API Gateway can name in a request validator or a mapping. */
const PARAMETER_NAME = /^[a-zA-Z0-9._$-]+$/;

/** @returns an OpenAPI 3.0.1 document with API Gateway's extensions, ready for `RestApi.body`. */
export function gatewayBody(document: OpenApi31, options: GatewayBodyOptions): Json {
  if (!document.openapi.startsWith("3.1")) {
    throw new Error(
      `The service's document is OpenAPI ${document.openapi}; the gateway body is made from 3.1. Build projects/api again.`,
    );
  }
  const served = Object.entries(document.paths ?? {}).filter(([path]) => !INTERNAL_PATH.test(path));
  const authorization = { [AUTHORIZER]: scopesOf(document).map((scope) => options.scopePrefix + scope), [API_KEY]: [] };
  const paths: Record<string, Json> = {};
  for (const [path, item] of served) {
    paths[resourcePath(path, options.basePath)] = methodsOf(document, path, item, authorization, options);
  }
  if (Object.keys(paths).length === 0) {
    throw new Error(
      "The service's OpenAPI document has no public path, so the gateway would serve nothing. Build projects/api again.",
    );
  }
  return {
    openapi: "3.0.1",
    info: { title: document.info.title, version: document.info.version },
    paths,
    components: { schemas: models(document), securitySchemes: securitySchemes(options.userPoolArn) },
    "x-amazon-apigateway-request-validators": {
      "params-only": { validateRequestParameters: true, validateRequestBody: false },
      full: { validateRequestParameters: true, validateRequestBody: true },
    },
    "x-amazon-apigateway-gateway-responses": gatewayResponses(options.problemBaseUrl),
    // In the body, so that it is deployed with the methods it is about: a policy beside it is lost at the next import.
    "x-amazon-apigateway-policy": options.resourcePolicy,
  };
}

/** The stage is called like the base path: `/v1/students` is resource `/students` of stage `v1`. */
function resourcePath(path: string, basePath: string): string {
  if (!path.startsWith(`${basePath}/`)) {
    throw new Error(
      `Path "${path}" is outside ${basePath}, which is the gateway's stage. Move it under ${basePath}, or keep it internal.`,
    );
  }
  return path.slice(basePath.length);
}

/**
 * @param authorization  the same for every method. The authorizer admits a token that carries any one scope of the API;
 *   which one an operation needs is decided by the service, because a refusal at the gateway would leave no audit entry.
 */
function methodsOf(
  document: OpenApi31,
  path: string,
  item: Json,
  authorization: Json,
  options: GatewayBodyOptions,
): Json {
  const methods: Record<string, Json> = {};
  for (const method of METHODS) {
    const operation = item[method] as Json | undefined;
    if (operation === undefined) continue;
    const parameters = [...list(item.parameters), ...list(operation.parameters)];
    const where = `${method.toUpperCase()} ${path}`;
    methods[method] = {
      operationId: operation.operationId,
      ...requestOf(document, where, operation, parameters),
      responses: responses(operation.responses as Json | undefined),
      security: [authorization],
      "x-amazon-apigateway-integration": integration(path, method, options),
    };
  }
  return methods;
}

function requestOf(document: OpenApi31, where: string, operation: Json, declared: Json[]): Json {
  const parameters = declared
    .map((parameter) => parameterOf(where, parameter))
    .filter((parameter) => parameter !== undefined);
  const body = operation.requestBody as Json | undefined;
  return {
    parameters,
    ...(body && { requestBody: requestBody(document, body) }),
    "x-amazon-apigateway-request-validator": body ? "full" : "params-only",
  };
}

/**
 * Private integration over a VPC link V2. A proxy integration passes query string, headers and body through by itself;
 * path parameters have to be mapped.
 */
function integration(path: string, method: string, options: GatewayBodyOptions): Json {
  const pathParameters = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
  return {
    type: "http_proxy",
    httpMethod: method.toUpperCase(),
    uri: `https://${options.integrationHost}${path}`,
    connectionType: "VPC_LINK",
    connectionId: options.vpcLinkId,
    integrationTarget: options.loadBalancerArn,
    timeoutInMillis: options.timeoutMs,
    passthroughBehavior: "when_no_match",
    requestParameters: Object.fromEntries(
      pathParameters.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
    ),
  };
}

/** API Gateway reads name, place, presence and type of a parameter, and ignores the rest. */
function parameterOf(where: string, parameter: Json): Json | undefined {
  const { name, in: place } = parameter as { name?: unknown; in?: unknown };
  if (typeof name !== "string" || (place !== "path" && place !== "query" && place !== "header")) {
    throw new Error(
      `${where} has a parameter that is not a named path, query or header parameter: ${JSON.stringify(name)}.`,
    );
  }
  // `field[gte]` cannot be named here; the proxy integration passes it on all the same.
  if (!PARAMETER_NAME.test(name)) return undefined;
  return {
    name,
    in: place,
    // A missing header is the service's to refuse: it answers 428 without If-Match, where the gateway only knows 400.
    // A parameter with a default may be left out, whatever the document says: the service fills it in.
    required: place === "path" || (place === "query" && parameter.required === true && !hasDefault(parameter.schema)),
    schema: { type: scalarType(parameter.schema) },
  };
}

function hasDefault(schema: unknown): boolean {
  return (schema as Json | undefined)?.default !== undefined;
}

function scalarType(schema: unknown): string {
  const type = (schema as Json | undefined)?.type;
  return type === "integer" || type === "number" || type === "boolean" ? type : "string";
}

/**
 * The gateway refuses a body that is not JSON of the right kind, and no more. The schema itself is the service's to check:
 * it answers with a pointer to each fault (422) after 428 and 412, while the gateway's 400 names none, and
 * API Gateway's models know no null beside a type, so they would refuse a merge patch that clears a field.
 */
function requestBody(document: OpenApi31, body: Json): Json {
  const content = Object.entries((body.content ?? {}) as Record<string, Json>).map(([mediaType, media]) => [
    mediaType,
    { schema: kindOf(document, media.schema as Json | undefined) },
  ]);
  return { required: body.required === true, content: Object.fromEntries(content) };
}

function kindOf(document: OpenApi31, schema: Json | undefined): Json {
  const target = /^#\/components\/schemas\/(.+)$/.exec(String(schema?.$ref))?.[1];
  const referred = target === undefined ? schema : (document.components?.schemas?.[target] as Json | undefined);
  const type = referred?.type;
  return type === "object" || type === "array" ? { type } : {};
}

function responses(declared: Json | undefined): Json {
  const known: Record<string, Json> = {};
  for (const [status, response] of Object.entries((declared ?? {}) as Record<string, Json>)) {
    // "default" and "4XX" have no method response in API Gateway, which wants a status.
    if (!/^[1-5]\d\d$/.test(status)) continue;
    const content = Object.entries((response.content ?? {}) as Record<string, Json>).map(([mediaType, media]) => [
      mediaType,
      { schema: schemaForOpenApi30(media.schema) },
    ]);
    known[status] = {
      description: response.description ?? "",
      ...(content.length > 0 && { content: Object.fromEntries(content) }),
    };
  }
  return known;
}

function models(document: OpenApi31): Json {
  const converted = new Map<string, Json>();
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    const model = modelName(name);
    if (converted.has(model)) {
      throw new Error(
        `Two schemas would become model "${model}" in API Gateway, which takes letters and digits only. Rename "${name}".`,
      );
    }
    converted.set(model, schemaForOpenApi30(schema));
  }
  return Object.fromEntries(converted);
}

function securitySchemes(userPoolArn: string): Json {
  return {
    [AUTHORIZER]: {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [userPoolArn] },
    },
    // Identifies the campus system for its usage plan; it authorizes nothing.
    [API_KEY]: { type: "apiKey", name: "x-api-key", in: "header" },
  };
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
