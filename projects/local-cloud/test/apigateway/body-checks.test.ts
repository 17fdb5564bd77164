import fc from "fast-check";
import type { Properties } from "../../src/resource-type.ts";
import { formatFailure, logGroupFile } from "../../src/services/apigateway/access-log.ts";
import { parseBody, pathFailures } from "../../src/services/apigateway/definition.ts";
import { safePath } from "../../src/services/apigateway/integration.ts";
import { renderTemplate } from "../../src/services/apigateway/templates.ts";
import { checkRestApi } from "../../src/services/apigateway/rest-api.ts";
import { checkMethodSettings, checkStage, checkUsagePlan } from "../../src/services/apigateway/checks.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { apiBody, integration, operation } from "./api-body.ts";

const facts = { vpcLinkId: "abc123", loadBalancerArn: "arn:lb", userPoolArn: "arn:pool" };
const path = "/students/{id}";

/** A body with one method, changed. */
function bodyWith(changes: Properties, document: Properties = {}): string {
  return JSON.stringify({
    ...apiBody(facts, { [path]: { get: operation(facts, "get", path, changes) } }),
    ...document,
  });
}
const withIntegration = (changes: Properties) =>
  bodyWith({ "x-amazon-apigateway-integration": integration(facts, "get", path, changes) });

describe("the import of an API's body", () => {
  it("takes a whole one without errors or warnings", () => {
    expect(parseBody(bodyWith({}))).toMatchObject({ errors: [], warnings: [] });
  });

  it("says in API Gateway's words that a link V2 needs its target", () => {
    const [failure] = checkRestApi({ body: withIntegration({ integrationTarget: undefined }) });
    expect(failure?.reason).toBe(
      "BadRequestException: Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/students/{id}': IntegrationTarget is required for VpcLinkV2",
    );
  });

  const refused: [string, string, string][] = [
    ["text that is not JSON", "openapi: 3.0.1", "not JSON"],
    ["OpenAPI 3.1", bodyWith({}, { openapi: "3.1.0" }), 'Unsupported version "3.1.0"'],
    ["a body without methods", bodyWith({}, { paths: {} }), "doesn't contain any methods"],
    [
      "a method without an integration",
      bodyWith({ "x-amazon-apigateway-integration": undefined }),
      "No integration defined",
    ],
    ["another kind of integration", withIntegration({ type: "aws_proxy" }), "serves http_proxy"],
    ["an integration over the internet", withIntegration({ connectionType: "INTERNET" }), "serves VPC_LINK"],
    ["a timeout beyond 29 seconds", withIntegration({ timeoutInMillis: 30_000 }), "between 50 ms and 29000 ms"],
    ["plain HTTP", withIntegration({ uri: "http://service.example.edu/" }), "Invalid HTTP endpoint"],
    ["a path variable that nothing fills", withIntegration({ requestParameters: {} }), "the uri names {id}"],
    [
      "a mapping from an undeclared parameter",
      bodyWith({ parameters: [] }),
      "Invalid mapping expression parameter specified: method.request.path.id",
    ],
    [
      "a certificate that is not to be verified",
      withIntegration({ tlsConfig: { insecureSkipVerification: true } }),
      "verifies every certificate",
    ],
    ["security alternatives", bodyWith({ security: [{ campus: ["a"] }, { api_key: [] }] }), "2 alternatives"],
    ["an unknown security scheme", bodyWith({ security: [{ other: [] }] }), 'Security scheme "other"'],
    ["an unknown validator", bodyWith({ "x-amazon-apigateway-request-validator": "half" }), 'Validator "half"'],
    [
      "an unknown gateway response",
      bodyWith({}, { "x-amazon-apigateway-gateway-responses": { TEAPOT: {} } }),
      'Invalid gateway response type "TEAPOT"',
    ],
    [
      "Velocity in a gateway response",
      bodyWith(
        {},
        {
          "x-amazon-apigateway-gateway-responses": {
            THROTTLED: { responseTemplates: { "application/json": "#if(1)" } },
          },
        },
      ),
      "Velocity",
    ],
  ];
  it.each(refused)("refuses %s", (_what, body, reason) => {
    expect(
      checkRestApi({ body })
        .map((failure) => failure.reason)
        .join(),
    ).toContain(reason);
  });

  it("counts warnings only when asked to", () => {
    const body = bodyWith({
      parameters: [
        { name: "id", in: "path" },
        { name: "session", in: "cookie" },
      ],
    });
    expect(checkRestApi({ body })).toEqual([]);
    expect(checkRestApi({ body, failOnWarnings: true })[0]?.reason).toContain('"session"');
  });

  it("lets a body pass that a preview does not know yet", () => {
    expect(checkRestApi({ body: UNKNOWN, endpointConfiguration: UNKNOWN, securityPolicy: UNKNOWN })).toEqual([]);
  });

  it.each([
    ["two names for one variable", ["/a/{id}", "/a/{other}/b"], "only one is allowed"],
    ["a greedy variable before the end", ["/a/{rest+}/b"], "has to be the last part"],
    ["a part that is half a variable", ["/a/x{id}"], "only allows"],
  ])("refuses %s in paths", (_what, paths, reason) => {
    expect(pathFailures(paths).join()).toContain(reason);
    expect(pathFailures(["/a/{id}", "/a/{id}/b", "/b/{other}", "/c/{rest+}", "/"])).toEqual([]);
  });

  it.each([
    ["policy", { policy: "{}" }],
    ["putRestApiMode", { putRestApiMode: "merge" }],
    ["endpointConfiguration", { endpointConfiguration: { types: "EDGE" } }],
    ["endpointAccessMode", { securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09" }],
    ["minimumCompressionSize", { minimumCompressionSize: "many" }],
  ])("refuses a wrong or unserved %s by name", (property, inputs) => {
    expect(checkRestApi({ body: bodyWith({}), ...inputs }).map((failure) => failure.property)).toEqual([property]);
  });
});

describe("the other resources of an API", () => {
  const destinationArn = "arn:aws:logs:us-east-1:000000000000:log-group:/srs/test/api-access";
  it.each([
    ["a stage name with a dot", checkStage({ stageName: "v1.0" }), "a-zA-Z0-9_-"],
    [
      "an access log without a request id",
      checkStage({ accessLogSettings: { destinationArn, format: "$context.status" } }),
      "requestId",
    ],
    [
      "an access log to a stream",
      checkStage({ accessLogSettings: { destinationArn: "arn:aws:firehose:x", format: "$context.requestId" } }),
      "log group",
    ],
    ["a response cache", checkStage({ cacheClusterEnabled: true }), "not served"],
    [
      "a method path with a slash in front",
      checkMethodSettings({ methodPath: "/students/GET" }),
      "each slash written ~1",
    ],
    ["a data trace", checkMethodSettings({ methodPath: "*/*", settings: { dataTraceEnabled: true } }), "data trace"],
    ["half a throttle", checkUsagePlan({ throttleSettings: { rateLimit: 1 } }), "required together"],
    ["an unknown period", checkUsagePlan({ quotaSettings: { limit: 1, period: "HOUR" } }), "HOUR"],
  ])("refuses %s", (_what, failures, reason) => {
    expect(failures.map((failure) => failure.reason).join()).toContain(reason);
  });

  it("names a log group's file after the group", () => {
    expect(logGroupFile("/home", destinationArn)).toBe("/home/logs/srs-test-api-access.log");
    expect(formatFailure("$context.requestId $context.status")).toBeUndefined();
  });
});

describe("text that callers have a hand in", () => {
  it("stays inside the JSON string it is put into, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (agent) => {
        const line = renderTemplate('{"agent":"$context.identity.userAgent"}', () => agent, {
          missing: "-",
          json: true,
        });
        expect(JSON.parse(line)).toEqual({ agent });
      }),
    );
  });

  it("stays one step of the path it is put into", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(".", "%2e", "%2E", "a", "\\", "?", "#", " ", "ü") }), (value) => {
        const { pathname, search, hash } = new URL(`https://service.example.edu/v1/students/${safePath(value)}/end`);
        expect(pathname).toMatch(/^\/v1\/students\/[^/]*\/end$/);
        expect(search + hash).toBe("");
      }),
    );
  });
});
