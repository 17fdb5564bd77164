import { OPERATION_SCOPES, SCOPES } from "@records/contracts";
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

  it("opens to the scopes of the table of operations, each of which the resource server has", () => {
    const table = [...new Set(Object.values(OPERATION_SCOPES))].toSorted();
    for (const [name, { security }] of methods()) {
      expect([name, security[0].campus]).toEqual([name, table.map((scope) => `srs/${scope}`)]);
    }
    const server = stack.get("aws:cognito/resourceServer:ResourceServer", "records-api").inputs;
    expect(server.scopes.map((scope: any) => scope.scopeName)).toEqual([...SCOPES]);
    expect(table.filter((scope) => !(SCOPES as readonly string[]).includes(scope))).toEqual([]);
  });

  it("lets anybody call, and nobody from off campus reach exports and the office of privacy", () => {
    const body = JSON.parse(stack.get("aws:apigateway/restApi:RestApi", "records").inputs.body);
    const [allowance, denial] = body["x-amazon-apigateway-policy"].Statement;
    expect(allowance).toMatchObject({ Effect: "Allow", Principal: "*", Resource: ["execute-api:/v1/*"] });
    expect(denial).toMatchObject({
      Effect: "Deny",
      Resource: ["execute-api:/v1/*/privacy/*", "execute-api:/v1/*/exports", "execute-api:/v1/*/exports/*"],
      Condition: { NotIpAddress: { "aws:SourceIp": ["127.0.0.0/8"] } },
    });
    // A policy beside the body would be lost when the body is imported again.
    expect(stack.ofType("aws:apigateway/restApiPolicy:RestApiPolicy")).toEqual([]);
    expect(stack.get("aws:apigateway/restApi:RestApi", "records").inputs).not.toHaveProperty("policy");
  });

  it("is imported whole, serves TLS 1.2 and later, and uses the link of the second generation", () => {
    expect(stack.get("aws:apigateway/restApi:RestApi", "records").inputs).toMatchObject({
      putRestApiMode: "overwrite",
      failOnWarnings: true,
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      endpointAccessMode: "STRICT",
      minimumCompressionSize: "1024",
      apiKeySource: "HEADER",
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
    const execution = stack.get("aws:cloudwatch/logGroup:LogGroup", "api-execution");
    expect(execution.inputs.name).toMatch(/^API-Gateway-Execution-Logs_[a-z0-9]{10}\/v1$/);
    expect(stack.get("aws:apigateway/stage:Stage", "records").options.dependencies).toEqual(
      expect.arrayContaining([
        "aws:cloudwatch/logGroup:LogGroup::api-execution",
        "aws:apigateway/account:Account::gateway",
      ]),
    );
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

  it("holds each write to a fifth of the stage's rate, with all other settings of the stage", () => {
    const settings = stack.ofType("aws:apigateway/methodSettings:MethodSettings");
    const { settings: stage } = stack.get("aws:apigateway/methodSettings:MethodSettings", "all").inputs;
    const writes = settings.filter(({ name }) => name !== "all");
    expect(writes.map(({ inputs }) => inputs.methodPath).toSorted()).toEqual([
      "~1enrollments~1{enrollmentId}~1grade/POST",
      "~1students~1{studentId}/PATCH",
    ]);
    for (const { inputs } of writes) {
      expect(inputs.settings).toEqual({ ...stage, throttlingRateLimit: 10, throttlingBurstLimit: 20 });
    }
  });

  it("gives each campus system and the console a key under one plan, and no key a value of ours", () => {
    const apiKeys = stack.ofType("aws:apigateway/apiKey:ApiKey");
    expect(apiKeys.map(({ name }) => name).toSorted()).toEqual(["console", "lms", "sis", "smoke-limited"]);
    expect(apiKeys.filter(({ inputs }) => "value" in inputs)).toEqual([]);
    expect(stack.ofType("aws:apigateway/usagePlanKey:UsagePlanKey")).toHaveLength(4);
    const plans = stack.ofType("aws:apigateway/usagePlan:UsagePlan");
    expect(plans.map(({ name }) => name).toSorted()).toEqual(["console", "high-40", "standard"]);
    expect(plans.filter(({ inputs }) => inputs.apiStages.length !== 1)).toEqual([]);
  });
});

describe("the API's own domain", () => {
  it("leads to the stage, has the TLS of the API, and waits for its certificate", () => {
    const domain = stack.get("aws:apigateway/domainName:DomainName", "api");
    expect(domain.inputs).toMatchObject({
      domainName: "api.records.example.edu",
      endpointConfiguration: { types: "REGIONAL" },
      securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
      endpointAccessMode: "STRICT",
      routingMode: "BASE_PATH_MAPPING_ONLY",
    });
    expect(domain.inputs.regionalCertificateArn).toBe(
      stack.get("aws:acm/certificateValidation:CertificateValidation", "api").inputs.certificateArn,
    );
    for (const absent of ["certificateArn", "mutualTlsAuthentication"])
      expect(domain.inputs).not.toHaveProperty(absent);
    expect(domain.options.dependencies).toContain("aws:acm/certificateValidation:CertificateValidation::api");
    const { inputs: stage } = stack.get("aws:apigateway/stage:Stage", "records");
    expect(stack.get("aws:apigateway/basePathMapping:BasePathMapping", "api").inputs).toEqual({
      domainName: "api.records.example.edu",
      restApi: stage.restApi,
      stageName: "v1",
      basePath: "v1",
    });
  });

  it("is found in the public zone, while the load balancer's name is not", () => {
    const records = stack.ofType("aws:route53/record:Record");
    expect(records.map(({ name }) => name).toSorted()).toEqual(["api", "api-internal-validation", "api-validation"]);
    const [alias] = stack.get("aws:route53/record:Record", "api").inputs.aliases;
    expect(alias).toMatchObject({ evaluateTargetHealth: false });
    expect(stack.get("aws:route53/record:Record", "api").inputs).toMatchObject({
      name: "api.records.example.edu",
      type: "A",
    });
  });

  it("is beside the stage's address here, and the only address in staging and production", async () => {
    const inputs = (recorded: Recording) => recorded.get("aws:apigateway/restApi:RestApi", "records").inputs;
    expect(inputs(stack).disableExecuteApiEndpoint).toBe(false);
    expect(stack.contract.api).toMatchObject({ domainName: "api.records.example.edu" });
    expect(stack.contract.api.baseUrl).toMatch(/execute-api/);
    for (const name of ["staging", "prod"]) {
      const closed = await recordStack("projects/compute", CONTRACTS, { stack: name });
      expect(inputs(closed).disableExecuteApiEndpoint).toBe(true);
      const { baseUrl, domainName } = closed.contract.api;
      expect(baseUrl).toBe(`https://${domainName}/v1`);
    }
  }, 60_000);

  it("has a label of its own in a pull request's stack, which shares the zone", async () => {
    const shared = await recordStack("projects/compute", CONTRACTS, {
      stack: "pr128",
      config: { accountBaseline: "false", domain: "dev.records.example.edu" },
    });
    expect(shared.contract.api.domainName).toBe("api.pr128.dev.records.example.edu");
    const certificates = shared.ofType("aws:acm/certificate:Certificate").map(({ inputs }) => inputs.domainName);
    expect(certificates.toSorted()).toEqual([
      "api-internal.pr128.dev.records.example.edu",
      "api.pr128.dev.records.example.edu",
    ]);
  }, 60_000);
});

describe("sign-in", () => {
  it("gives each campus system a client for client credentials, with the scopes it was registered for", () => {
    const clients = stack.ofType("aws:cognito/userPoolClient:UserPoolClient").filter(({ name }) => name !== "console");
    expect(clients.map(({ name }) => name).toSorted()).toEqual(["lms", "sis", "smoke-limited"]);
    for (const { inputs } of clients) {
      expect(inputs).toMatchObject({
        allowedOauthFlows: ["client_credentials"],
        allowedOauthFlowsUserPoolClient: true,
        generateSecret: true,
        explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
        accessTokenValidity: 60,
        tokenValidityUnits: { accessToken: "minutes" },
        enableTokenRevocation: true,
        preventUserExistenceErrors: "ENABLED",
      });
    }
    const limited = stack.get("aws:cognito/userPoolClient:UserPoolClient", "smoke-limited");
    expect(limited.inputs.allowedOauthScopes).toEqual(["srs/students.read"]);
  });

  it("gives the console a client without a secret, whose refresh tokens are used once", () => {
    const { inputs } = stack.get("aws:cognito/userPoolClient:UserPoolClient", "console");
    expect(inputs).toMatchObject({
      generateSecret: false,
      allowedOauthFlows: ["code"],
      callbackUrls: ["https://console.records.example.edu/signed-in"],
      accessTokenValidity: 15,
      tokenValidityUnits: { accessToken: "minutes" },
      refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: 10 },
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      supportedIdentityProviders: ["COGNITO"],
    });
    expect(stack.contract.identity.clientIds).not.toHaveProperty("console");
  });

  it("offers the scopes of OneRoster under the standard's own names", () => {
    const { identifier, scopes } = stack.get("aws:cognito/resourceServer:ResourceServer", "oneroster").inputs;
    expect(identifier).toBe("https://purl.imsglobal.org/spec/or/v1p2/scope");
    expect(scopes.map((scope: any) => scope.scopeName)).toContain("roster-core.readonly");
  });

  it("sends people to the university where its sign-in is known, and has no other provider", async () => {
    expect(stack.ofType("aws:cognito/identityProvider:IdentityProvider")).toEqual([]);
    const samlMetadataUrl = "https://sso.example.edu/metadata";
    const known = await recordStack("projects/compute", CONTRACTS, { config: { samlMetadataUrl } });
    expect(known.ofType("aws:cognito/identityProvider:IdentityProvider").map(({ inputs }) => inputs)).toMatchObject([
      { providerType: "SAML", providerName: "university", providerDetails: { MetadataURL: samlMetadataUrl } },
    ]);
    const console = known.get("aws:cognito/userPoolClient:UserPoolClient", "console");
    expect(console.inputs.supportedIdentityProviders).toEqual(["university"]);
  }, 60_000);

  it("has each campus system's secret and key kept where the system fetches them, and sends neither there", () => {
    const adoptions = stack.ofType("aws:lambda/invocation:Invocation").filter(({ name }) => name !== "migrate");
    expect(adoptions.map(({ name }) => name).toSorted()).toEqual(["lms", "sis", "smoke-limited"]);
    for (const { name, inputs, secretInputs } of adoptions) {
      expect(inputs).toMatchObject({
        functionName: fixtures.data.rotationFunctionArn,
        lifecycleScope: "CREATE_ONLY",
      });
      expect(secretInputs).toEqual([]);
      expect(JSON.parse(inputs.input)).toEqual({
        operation: "adopt-client",
        system: name,
        secretArn: fixtures.data.secretArns.clients[name],
        userPoolId: stack.contract.identity.userPoolId,
        clientId: stack.contract.identity.clientIds[name],
        apiKeyId: stack.contract.identity.apiKeyIds[name],
        issuer: stack.contract.identity.issuer,
      });
    }
    const { canary: _, ...clients } = fixtures.data.secretArns.clients; // no canary runs in `local`
    expect(stack.contract.identity.clientSecretArns).toEqual(clients);
  });

  it("does not start without a place for a campus system's secret", async () => {
    const { clients: _, ...secretArns } = fixtures.data.secretArns;
    const data = { ...fixtures.data, secretArns: { ...secretArns, clients: {} } };
    await expect(recordStack("projects/compute", { ...CONTRACTS, data })).rejects.toThrow(
      'Campus system "sis" has no secret in the data layer (there are: none)',
    );
  }, 60_000);

  it("asks people for a second factor, and lets nobody sign up", () => {
    expect(stack.get("aws:cognito/userPool:UserPool", "people-and-systems").inputs).toMatchObject({
      mfaConfiguration: "ON",
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      passwordPolicy: { minimumLength: 14 },
    });
  });
});
