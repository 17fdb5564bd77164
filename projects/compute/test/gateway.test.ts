import { fixtures, recordStack, type Recording } from "@records/testing";
import { ACCESS_LOG_FIELDS } from "../src/access-log-format.ts";
import { CONTRACTS } from "./contracts.ts";

// Inputs of many resource types: the recording leaves their shapes to the tests.
/* eslint-disable @typescript-eslint/no-explicit-any */

const groups = fixtures.network.securityGroupIds;
let stack: Recording;
beforeAll(async () => {
  stack = await recordStack("projects/compute", CONTRACTS);
}, 60_000);

const methods = (): [string, any][] => {
  const body = JSON.parse(stack.get("aws:apigateway/restApi:RestApi", "records").inputs.body);
  return Object.entries<any>(body.paths).flatMap(([path, item]) =>
    Object.entries<any>(item).map(([method, operation]): [string, any] => [`${method} ${path}`, operation]),
  );
};

describe("load balancer", () => {
  it("is internal, and listens with TLS alone", () => {
    expect(stack.get("aws:lb/loadBalancer:LoadBalancer", "api").inputs).toMatchObject({
      internal: true,
      securityGroups: [groups.alb],
      subnets: fixtures.network.privateSubnetIds,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "strictest",
    });
    expect(stack.ofType("aws:lb/loadBalancer:LoadBalancer")).toHaveLength(1);
    expect(
      stack.ofType("aws:lb/listener:Listener").map(({ inputs }) => [inputs.port, inputs.protocol, inputs.sslPolicy]),
    ).toEqual([[443, "HTTPS", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"]]);
    expect(stack.get("aws:lb/targetGroup:TargetGroup", "api").inputs).toMatchObject({
      protocol: "HTTPS",
      port: 8443,
      targetType: "ip",
    });
    expect(stack.get("aws:lb/targetGroup:TargetGroup", "api").inputs).not.toHaveProperty("slowStart");
  });

  it("forwards for the gateway's host only, and takes off a stage in front of the path", () => {
    const { conditions, transforms } = stack.get("aws:lb/listenerRule:ListenerRule", "api").inputs;
    expect(conditions).toEqual([{ hostHeader: { values: ["api-internal.records.example.edu"] } }]);
    const { regex, replace } = transforms[0].urlRewriteConfig.rewrite;
    const rewritten = (path: string) => path.replace(new RegExp(regex), replace);
    expect(rewritten("/v1/v1/students")).toBe("/v1/students");
    expect(rewritten("/v1/students")).toBe("/v1/students");
    expect(stack.get("aws:lb/listener:Listener", "https").inputs.defaultActions[0].type).toBe("fixed-response");
  });
});

describe("gateway", () => {
  it("asks every method for scope and key, validates it, and reaches the load balancer privately", () => {
    const [balancer] = stack.ofType("aws:lb/loadBalancer:LoadBalancer");
    expect(methods().length).toBeGreaterThanOrEqual(4);
    for (const [name, method] of methods()) {
      const integration = method["x-amazon-apigateway-integration"];
      expect([name, Object.keys(method.security[0])]).toEqual([name, ["campus", "api_key"]]);
      expect(method.security[0].campus).toEqual(methods()[0]![1].security[0].campus);
      expect(["params-only", "full"]).toContain(method["x-amazon-apigateway-request-validator"]);
      expect(integration).toMatchObject({ type: "http_proxy", connectionType: "VPC_LINK", timeoutInMillis: 10_000 });
      expect(integration.integrationTarget).toContain(`:loadbalancer/app/${balancer?.inputs.name}/`);
      expect(integration.uri).toMatch(/^https:\/\/api-internal\.records\.example\.edu\/v1\//);
    }
  });

  it("offers no scope that the resource server does not have, and the other way round", () => {
    const asked = new Set(
      methods().flatMap(([, { security }]) => security[0].campus.map((s: string) => s.replace("srs/", ""))),
    );
    expect(asked.size).toBeGreaterThanOrEqual(3);
    const server = stack.get("aws:cognito/resourceServer:ResourceServer", "records-api").inputs;
    expect(new Set(server.scopes.map((scope: any) => scope.scopeName))).toEqual(asked);
  });

  it("is imported whole, serves TLS 1.2 and later, and uses the link of the second generation", () => {
    expect(stack.get("aws:apigateway/restApi:RestApi", "records").inputs).toMatchObject({
      putRestApiMode: "overwrite",
      failOnWarnings: true,
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      endpointAccessMode: "STRICT",
    });
    expect(stack.ofType("aws:apigatewayv2/vpcLink:VpcLink")).toHaveLength(1);
    expect(stack.ofType("aws:apigateway/vpcLink:VpcLink")).toEqual([]);
    expect(stack.resources.filter(({ type }) => /^aws:apigateway\/(method|integration|response):/.test(type))).toEqual(
      [],
    );
  });

  it("logs from a closed list, and neither path, query, header nor body", () => {
    const { format, destinationArn } = stack.get("aws:apigateway/stage:Stage", "records").inputs.accessLogSettings;
    expect(destinationArn).toMatch(/log-group:\/srs\/local\/api-access$/);
    const variables = Object.values<string>(JSON.parse(format));
    expect(variables).toEqual(ACCESS_LOG_FIELDS.map((field) => `$context.${field}`));
    const forbidden =
      /\$context\.(path|requestOverride|error\.(message|messageString|validationErrorString)|authorizer\.claims\.(?!client_id$))|header|querystring|\$input/;
    expect(variables.filter((variable) => forbidden.test(variable))).toEqual([]);
    expect(stack.get("aws:apigateway/methodSettings:MethodSettings", "all").inputs).toMatchObject({
      methodPath: "*/*",
      settings: {
        dataTraceEnabled: false,
        cachingEnabled: false,
        loggingLevel: "ERROR",
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
      },
    });
  });

  it("deploys anew when the body changes, after the service that serves it", () => {
    const { inputs, options } = stack.get("aws:apigateway/deployment:Deployment", "records");
    expect(inputs.triggers.body).toMatch(/^[0-9a-f]{64}$/);
    expect(options.dependencies).toContain("aws:ecs/service:Service::api");
    expect(options.deleteBeforeReplace).not.toBe(true);
  });

  it("gives each campus system its own key under a plan, and no key a value of ours", () => {
    const apiKeys = stack.ofType("aws:apigateway/apiKey:ApiKey");
    expect(apiKeys.map(({ name }) => name).toSorted()).toEqual(["lms", "sis", "smoke-limited"]);
    expect(apiKeys.filter(({ inputs }) => "value" in inputs)).toEqual([]);
    expect(stack.ofType("aws:apigateway/usagePlanKey:UsagePlanKey")).toHaveLength(3);
  });
});

describe("sign-in", () => {
  it("gives each campus system a client for client credentials, with the scopes it was registered for", () => {
    const clients = stack.ofType("aws:cognito/userPoolClient:UserPoolClient");
    expect(clients.map(({ name }) => name).toSorted()).toEqual(["lms", "sis", "smoke-limited"]);
    for (const { inputs } of clients) {
      expect(inputs).toMatchObject({
        allowedOauthFlows: ["client_credentials"],
        generateSecret: true,
        explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
        accessTokenValidity: 60,
        tokenValidityUnits: { accessToken: "minutes" },
      });
    }
    const limited = stack.get("aws:cognito/userPoolClient:UserPoolClient", "smoke-limited");
    expect(limited.inputs.allowedOauthScopes).toEqual(["srs/students.read"]);
  });

  it("asks people for a second factor, and lets nobody sign up", () => {
    expect(stack.get("aws:cognito/userPool:UserPool", "people-and-systems").inputs).toMatchObject({
      mfaConfiguration: "ON",
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      passwordPolicy: { minimumLength: 14 },
    });
  });
});
