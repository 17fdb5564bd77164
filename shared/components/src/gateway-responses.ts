// What the gateway answers by itself, in the words of the service's problem catalogue: a client sees one kind of error
// whoever made it. Nothing in here repeats what the caller sent.

interface GatewayProblem {
  readonly slug: string;
  readonly title: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const UNAUTHENTICATED: GatewayProblem = {
  slug: "unauthenticated",
  title: "No valid access token",
  status: 401,
  headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
};
const NOT_FOUND: GatewayProblem = { slug: "not-found", title: "There is nothing here for this caller", status: 404 };
const INTERNAL: GatewayProblem = { slug: "internal", title: "Something went wrong here", status: 500 };

const rateLimited = (retryAfterSeconds: number): GatewayProblem => ({
  slug: "rate-limited",
  title: "Too many requests",
  status: 429,
  headers: { "Retry-After": String(retryAfterSeconds) },
});

/**
 * API Gateway's response types and the problem each one is. The two defaults catch what is not named here, so every
 * answer with a status of its own is named.
 */
export const GATEWAY_PROBLEMS: Readonly<Record<string, GatewayProblem>> = {
  DEFAULT_4XX: { slug: "malformed-request", title: "The request cannot be read", status: 400 },
  DEFAULT_5XX: INTERNAL,
  UNAUTHORIZED: UNAUTHENTICATED,
  // The Cognito authorizer answers this when a valid token lacks the method's scope.
  ACCESS_DENIED: { slug: "insufficient-scope", title: "The token lacks a scope", status: 403 },
  // The API key names the agreement whose usage plan applies; without one no agreement is in force.
  INVALID_API_KEY: { slug: "agreement-inactive", title: "No agreement is in force for this client", status: 403 },
  WAF_FILTERED: { slug: "action-forbidden", title: "This request is not allowed", status: 403 },
  // API Gateway's name for a path or method that the API does not have.
  MISSING_AUTHENTICATION_TOKEN: NOT_FOUND,
  RESOURCE_NOT_FOUND: NOT_FOUND,
  BAD_REQUEST_BODY: { slug: "malformed-request", title: "The request cannot be read", status: 400 },
  BAD_REQUEST_PARAMETERS: { slug: "invalid-query", title: "A query parameter is unknown or not allowed", status: 400 },
  REQUEST_TOO_LARGE: { slug: "payload-too-large", title: "The body is too large", status: 413 },
  UNSUPPORTED_MEDIA_TYPE: {
    slug: "unsupported-media-type",
    title: "The body's media type is not accepted here",
    status: 415,
  },
  THROTTLED: rateLimited(1),
  // A day's quota rarely frees within the hour; asking every second would not help.
  QUOTA_EXCEEDED: rateLimited(3600),
  INTEGRATION_FAILURE: {
    slug: "overloaded",
    title: "The service cannot take the request now",
    status: 503,
    headers: { "Retry-After": "1" },
  },
  INTEGRATION_TIMEOUT: { slug: "timeout", title: "The service took too long to answer", status: 504 },
};

interface GatewayResponse {
  readonly statusCode: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** @returns the value of `x-amazon-apigateway-gateway-responses`. */
export function gatewayResponses(problemBaseUrl: string): Record<string, GatewayResponse> {
  return Object.fromEntries(
    Object.entries(GATEWAY_PROBLEMS).map(([type, problem]) => [type, gatewayResponse(problem, problemBaseUrl)]),
  );
}

function gatewayResponse(problem: GatewayProblem, problemBaseUrl: string): GatewayResponse {
  const template = JSON.stringify({
    type: `${problemBaseUrl}/${problem.slug}`,
    title: problem.title,
    status: problem.status,
    instance: "urn:uuid:$context.requestId",
  });
  const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...problem.headers };
  return {
    statusCode: String(problem.status),
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
    ),
    // The template is chosen by the Accept header and falls back to application/json: both say the same.
    responseTemplates: { "application/problem+json": template, "application/json": template },
  };
}
