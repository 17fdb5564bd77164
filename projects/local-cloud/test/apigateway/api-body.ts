import type { Properties } from "../../src/resource-type.ts";

export interface BodyFacts {
  readonly vpcLinkId: string;
  readonly loadBalancerArn: string;
  readonly userPoolArn: string;
}

export const SERVICE_HOST = "api-internal.example.edu";
const PROBLEM = "application/problem+json";

/** A gateway response as a stack would template it. */
function problem(status: number, slug: string, headers: Record<string, string> = {}): Properties {
  const template = JSON.stringify({ type: slug, status, instance: "urn:uuid:$context.requestId" });
  return {
    statusCode: String(status),
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
    ),
    responseTemplates: { [PROBLEM]: template },
  };
}

/** Integration of one method; changes are laid over it. */
export function integration(facts: BodyFacts, method: string, path: string, changes: Properties = {}): Properties {
  const names = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => name);
  return {
    type: "http_proxy",
    httpMethod: method.toUpperCase(),
    uri: `https://${SERVICE_HOST}/v1${path.replace("+}", "}")}`,
    connectionType: "VPC_LINK",
    connectionId: facts.vpcLinkId,
    integrationTarget: facts.loadBalancerArn,
    timeoutInMillis: 1000,
    passthroughBehavior: "when_no_match",
    requestParameters: Object.fromEntries(
      names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
    ),
    ...changes,
  };
}

/** One method: a scope and an API key unless told otherwise. */
export function operation(facts: BodyFacts, method: string, path: string, changes: Properties = {}): Properties {
  const names = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => name);
  return {
    parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    responses: { 200: { description: "OK" } },
    security: [{ campus: ["srs/students.read"], api_key: [] }],
    "x-amazon-apigateway-request-validator": "full",
    "x-amazon-apigateway-integration": integration(facts, method, path),
    ...changes,
  };
}

export function apiBody(facts: BodyFacts, paths: Properties): Properties {
  return {
    openapi: "3.0.1",
    info: { title: "records", version: "1" },
    paths,
    components: {
      schemas: {
        Change: {
          type: "object",
          required: ["status"],
          properties: { status: { type: "string" }, credits: { type: "number", minimum: 0, exclusiveMinimum: true } },
        },
      },
      securitySchemes: {
        campus: {
          type: "apiKey",
          name: "Authorization",
          in: "header",
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [facts.userPoolArn] },
        },
        api_key: { type: "apiKey", name: "x-api-key", in: "header" },
      },
    },
    "x-amazon-apigateway-request-validators": {
      full: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-gateway-responses": {
      DEFAULT_4XX: problem(400, "malformed-request"),
      DEFAULT_5XX: problem(500, "internal"),
      UNAUTHORIZED: problem(401, "unauthenticated", { "WWW-Authenticate": 'Bearer error="invalid_token"' }),
      ACCESS_DENIED: problem(403, "insufficient-scope"),
      INVALID_API_KEY: problem(403, "agreement-inactive"),
      WAF_FILTERED: problem(403, "action-forbidden"),
      MISSING_AUTHENTICATION_TOKEN: problem(404, "not-found"),
      REQUEST_TOO_LARGE: problem(413, "payload-too-large"),
      THROTTLED: problem(429, "rate-limited", { "Retry-After": "1" }),
      QUOTA_EXCEEDED: problem(429, "rate-limited", { "Retry-After": "3600" }),
      INTEGRATION_FAILURE: problem(503, "overloaded"),
      INTEGRATION_TIMEOUT: problem(504, "timeout"),
    },
  };
}
