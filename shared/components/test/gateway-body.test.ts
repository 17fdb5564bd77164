import { gatewayBody, type GatewayBodyOptions, type OpenApi31 } from "../src/gateway-body.ts";
import { GATEWAY_PROBLEMS, gatewayResponses } from "../src/gateway-responses.ts";

const options: GatewayBodyOptions = {
  basePath: "/v1",
  integrationHost: "api-internal.records.example.edu",
  loadBalancerArn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/srs-test-api/1",
  vpcLinkId: "abc123",
  userPoolArn: "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Test",
  scopePrefix: "srs/",
  resourcePolicy: { Version: "2012-10-17", Statement: [] },
  problemBaseUrl: "https://errors.records.example.edu",
  timeoutMs: 10_000,
};

const student = {
  type: "object",
  properties: { id: { type: "string" }, preferredName: { type: ["string", "null"], examples: ["never"] } },
  required: ["id"],
};
const patch = {
  operationId: "updateStudent",
  "x-scope": "students.write",
  parameters: [{ name: "if-match", in: "header", required: true, schema: { type: "string" } }],
  requestBody: {
    required: true,
    content: {
      "application/merge-patch+json": { schema: { type: "object", properties: { preferredName: { type: "string" } } } },
    },
  },
  responses: {
    "200": { description: "ok", content: { "application/json": { schema: student } } },
    "4XX": { description: "problem" },
  },
};
const listing = {
  operationId: "listStudents",
  "x-scope": "students.read",
  parameters: [
    { name: "limit", in: "query", schema: { type: "integer", maximum: 200 } },
    { name: "sort", in: "query", required: true, schema: { type: "string", default: "id" } },
    { name: "campus", in: "query", required: true, schema: { type: "string" } },
    { name: "familyName[prefix]", in: "query", schema: { type: "string" } },
  ],
  responses: { "200": { description: "page" } },
};
const document: OpenApi31 = {
  openapi: "3.1.0",
  info: { title: "Student records", version: "1.0.0" },
  paths: {
    "/health/live": { get: { responses: {} } },
    "/metrics": { get: { responses: {} } },
    "/v1/students": { get: listing },
    "/v1/students/{studentId}": {
      parameters: [{ name: "studentId", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
      patch,
    },
  },
  components: { schemas: { "Student-Record": student } },
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const rendered = gatewayBody(document, options) as any;
const one = (method: object): OpenApi31 => ({
  ...document,
  paths: { "/v1/students": method as Record<string, unknown> },
});

describe("gateway body", () => {
  it("serves the public paths under the stage, and neither health nor metrics", () => {
    expect(Object.keys(rendered.paths)).toEqual(["/students", "/students/{studentId}"]);
  });

  it("asks every method for a token with any scope of the API and for an API key, both together", () => {
    const security = [{ campus: ["srs/students.read", "srs/students.write"], api_key: [] }];
    expect(rendered.paths["/students"].get.security).toEqual(security);
    expect(rendered.paths["/students/{studentId}"].patch.security).toEqual(security);
    expect(rendered.components.securitySchemes.campus).toEqual({
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [options.userPoolArn] },
    });
    expect(rendered.components.securitySchemes.api_key).toEqual({ type: "apiKey", name: "x-api-key", in: "header" });
  });

  it("reaches the service over the private link at its full path", () => {
    expect(rendered.paths["/students/{studentId}"].patch["x-amazon-apigateway-integration"]).toEqual({
      type: "http_proxy",
      httpMethod: "PATCH",
      uri: "https://api-internal.records.example.edu/v1/students/{studentId}",
      connectionType: "VPC_LINK",
      connectionId: "abc123",
      integrationTarget: options.loadBalancerArn,
      timeoutInMillis: 10_000,
      passthroughBehavior: "when_no_match",
      requestParameters: { "integration.request.path.studentId": "method.request.path.studentId" },
    });
  });

  it("checks the body where there is one, parameters everywhere", () => {
    expect(rendered.paths["/students"].get["x-amazon-apigateway-request-validator"]).toBe("params-only");
    expect(rendered.paths["/students/{studentId}"].patch["x-amazon-apigateway-request-validator"]).toBe("full");
    expect(rendered["x-amazon-apigateway-request-validators"]).toHaveProperty("full.validateRequestBody", true);
  });

  it("leaves a missing If-Match and the faults of a body to the service, which answers 428 and 422", () => {
    const { parameters, requestBody } = rendered.paths["/students/{studentId}"].patch;
    expect(parameters).toEqual([
      { name: "studentId", in: "path", required: true, schema: { type: "string" } },
      { name: "if-match", in: "header", required: false, schema: { type: "string" } },
    ]);
    expect(requestBody).toEqual({
      required: true,
      content: { "application/merge-patch+json": { schema: { type: "object" } } },
    });
  });

  it("asks for a query parameter only when it has no default, and names only what API Gateway can name", () => {
    const { parameters } = rendered.paths["/students"].get;
    expect(parameters.map(({ name, required }: { name: string; required: boolean }) => [name, required])).toEqual([
      ["limit", false],
      ["sort", false],
      ["campus", true],
    ]);
    expect(parameters[0]).toEqual({ name: "limit", in: "query", required: false, schema: { type: "integer" } });
  });

  it("describes responses by models in OpenAPI 3.0.1, without examples", () => {
    expect(rendered.openapi).toBe("3.0.1");
    expect(rendered.components.schemas.StudentRecord.properties.preferredName).toEqual({
      type: "string",
      nullable: true,
    });
    expect(Object.keys(rendered.paths["/students/{studentId}"].patch.responses)).toEqual(["200"]);
    expect(JSON.stringify(rendered)).not.toContain("never");
  });

  it("knows what kind of body a referenced schema is", () => {
    const body = { content: { "application/json": { schema: { $ref: "#/components/schemas/Student-Record" } } } };
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    const made = gatewayBody(one({ post: { ...listing, requestBody: body } }), options) as any;
    expect(made.paths["/students"].post.requestBody.content["application/json"].schema).toEqual({ type: "object" });
  });

  it.each<[string, OpenApi31, string]>([
    ["an operation without a scope", one({ get: { responses: {} } }), "GET /v1/students names no x-scope"],
    [
      "a public path outside the stage",
      { ...document, paths: { "/v2/students": { get: listing } } },
      '"/v2/students" is outside /v1',
    ],
    ["a document without a public path", { ...document, paths: {} }, "no public path"],
    ["a document of another version", { ...document, openapi: "3.0.3" }, "OpenAPI 3.0.3"],
    [
      "two schemas that would share a model",
      { ...document, components: { schemas: { "A-B": {}, AB: {} } } },
      'model "AB"',
    ],
    ["a cookie parameter", one({ get: { ...listing, parameters: [{ name: "session", in: "cookie" }] } }), '"session"'],
  ])("refuses %s and says which", (_, faulty, message) => {
    expect(() => gatewayBody(faulty, options)).toThrow(message);
  });
});

describe("gateway responses", () => {
  const responses = gatewayResponses("https://errors.example.edu");

  it.each([
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "UNAUTHORIZED",
    "ACCESS_DENIED",
    "THROTTLED",
    "QUOTA_EXCEEDED",
    "BAD_REQUEST_BODY",
    "WAF_FILTERED",
  ])("answers %s as problem+json with type, title, status and request id, and nothing of the request", (type) => {
    const response = responses[type];
    expect(response?.responseParameters["gatewayresponse.header.Content-Type"]).toBe("'application/problem+json'");
    const problem = JSON.parse(response?.responseTemplates["application/problem+json"] ?? "");
    expect(Object.keys(problem)).toEqual(["type", "title", "status", "instance"]);
    expect(String(problem.status)).toBe(response?.statusCode);
    expect(problem.type).toBe(`https://errors.example.edu/${GATEWAY_PROBLEMS[type]?.slug}`);
    expect(problem.instance).toBe("urn:uuid:$context.requestId");
  });

  it("tells a throttled caller when to come back, and no other caller of a 4xx", () => {
    const withRetry = Object.keys(responses).filter(
      (type) => responses[type]?.responseParameters["gatewayresponse.header.Retry-After"],
    );
    expect(withRetry.filter((type) => responses[type]?.statusCode.startsWith("4"))).toEqual([
      "THROTTLED",
      "QUOTA_EXCEEDED",
    ]);
  });

  it("uses variables of the request's context only for its id", () => {
    const variables = JSON.stringify(responses).match(/\$[\w.]+/g) ?? [];
    expect(new Set(variables)).toEqual(new Set(["$context.requestId"]));
  });
});
