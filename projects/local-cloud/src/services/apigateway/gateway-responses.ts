// Answers that the gateway makes itself, each of a type with a default status that the API's body may override.
import type { Findings, Json } from "./definition.ts";
import { renderTemplate } from "./templates.ts";
import { parseValueSource, valueOf, type ValueScope, type ValueSource } from "./value-source.ts";

/** Response types: status where the API says nothing else, and the name in `x-amzn-errortype`. */
const TYPES = {
  ACCESS_DENIED: { status: 403, errorType: "AccessDeniedException" },
  API_CONFIGURATION_ERROR: { status: 500, errorType: "InternalServerErrorException" },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, errorType: "AuthorizerConfigurationException" },
  AUTHORIZER_FAILURE: { status: 500, errorType: "InternalServerErrorException" },
  BAD_REQUEST_BODY: { status: 400, errorType: "BadRequestException" },
  BAD_REQUEST_PARAMETERS: { status: 400, errorType: "BadRequestException" },
  EXPIRED_TOKEN: { status: 403, errorType: "ExpiredTokenException" },
  INTEGRATION_FAILURE: { status: 504, errorType: "InternalServerErrorException" },
  INTEGRATION_TIMEOUT: { status: 504, errorType: "InternalServerErrorException" },
  INVALID_API_KEY: { status: 403, errorType: "ForbiddenException" },
  INVALID_SIGNATURE: { status: 403, errorType: "InvalidSignatureException" },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, errorType: "MissingAuthenticationTokenException" },
  QUOTA_EXCEEDED: { status: 429, errorType: "LimitExceededException" },
  REQUEST_TOO_LARGE: { status: 413, errorType: "RequestEntityTooLargeException" },
  RESOURCE_NOT_FOUND: { status: 404, errorType: "NotFoundException" },
  THROTTLED: { status: 429, errorType: "TooManyRequestsException" },
  UNAUTHORIZED: { status: 401, errorType: "UnauthorizedException" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, errorType: "BadRequestException" },
  WAF_FILTERED: { status: 403, errorType: "ForbiddenException" },
} as const;
export type GatewayResponseType = keyof typeof TYPES;

/** Thrown wherever a request ends in the gateway. The message is API Gateway's and names nothing the caller sent. */
export class GatewayRefusal extends Error {
  readonly type: GatewayResponseType;
  /** What a body or parameter lacks; for `$context.error.validationErrorString` alone. */
  readonly validationError: string | undefined;

  constructor(type: GatewayResponseType, message: string, validationError?: string) {
    super(message);
    this.type = type;
    this.validationError = validationError;
  }
}

export interface GatewayResponseDefinition {
  readonly status?: number;
  readonly headers: ReadonlyMap<string, ValueSource>;
  /** By media type, in the body's order. */
  readonly templates: ReadonlyMap<string, string>;
}

export function gatewayResponseDefinitions(
  document: Json,
  findings: Findings,
): ReadonlyMap<string, GatewayResponseDefinition> {
  const definitions = new Map<string, GatewayResponseDefinition>();
  for (const [type, declared] of Object.entries<Json>(document["x-amazon-apigateway-gateway-responses"] ?? {})) {
    if (!(type in TYPES) && type !== "DEFAULT_4XX" && type !== "DEFAULT_5XX")
      findings.error(`Invalid gateway response type "${type}"`);
    const headers = new Map<string, ValueSource>();
    for (const [target, expression] of Object.entries<string>(declared.responseParameters ?? {})) {
      const [, name] = /^gatewayresponse\.header\.(.+)$/.exec(target) ?? [];
      const source = parseValueSource(expression);
      if (name === undefined || source === undefined) {
        findings.error(`Gateway response ${type} has an invalid mapping expression: ${target} = ${expression}`);
      } else {
        headers.set(name.toLowerCase(), source);
      }
    }
    const templates = new Map(Object.entries<string>(declared.responseTemplates ?? {}));
    if ([...templates.values()].some((template) => /#(set|if|foreach|else|end)\b/.test(template))) {
      findings.error(
        `Gateway response ${type} uses a Velocity directive; API Gateway only fills variables in gateway responses`,
      );
    }
    definitions.set(type, {
      ...(declared.statusCode !== undefined && { status: Number(declared.statusCode) }),
      headers,
      templates,
    });
  }
  return definitions;
}

export interface RenderedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param accept the request's Accept header, which chooses among several templates */
export function renderGatewayResponse(
  refusal: GatewayRefusal,
  definitions: ReadonlyMap<string, GatewayResponseDefinition>,
  scope: ValueScope,
  accept: string | undefined,
): RenderedResponse {
  const { status: statusDefault, errorType } = TYPES[refusal.type];
  const own = definitions.get(refusal.type) ?? definitions.get(statusDefault < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  const [mediaType, template] = chooseTemplate(own?.templates ?? new Map(), accept);
  const mapped = [...(own?.headers ?? [])].map(([name, source]) => [name, valueOf(source, scope)] as const);
  return {
    status: own?.status ?? statusDefault,
    headers: {
      "content-type": mediaType,
      "x-amzn-errortype": errorType,
      ...Object.fromEntries(mapped.filter((header): header is readonly [string, string] => header[1] !== undefined)),
    },
    body: renderTemplate(template, scope.context, { missing: "", json: true }),
  };
}

const TEMPLATE_DEFAULT = '{"message":$context.error.messageString}';

function chooseTemplate(templates: ReadonlyMap<string, string>, accept: string | undefined): readonly [string, string] {
  const asked = (accept ?? "").split(",").map((part) => part.split(";", 1)[0]?.trim() ?? "");
  const mediaType = [...asked, "application/json", ...templates.keys()].find((candidate) => templates.has(candidate));
  return mediaType === undefined
    ? ["application/json", TEMPLATE_DEFAULT]
    : [mediaType, templates.get(mediaType) ?? TEMPLATE_DEFAULT];
}
