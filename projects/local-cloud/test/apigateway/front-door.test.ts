import { readFileSync } from "node:fs";
import { get } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Properties } from "../../src/resource-type.ts";
import { checkDomainName } from "../../src/services/apigateway/domain-name.ts";
import { put } from "../support/delivery.ts";
import { eventually } from "../support/eventually.ts";
import type { MadeResource } from "../support/resources.ts";
import { apiBody, operation, type BodyFacts } from "./api-body.ts";
import { World } from "./world.ts";

const DOMAIN = "api.records.example.edu";
const paths = (facts: BodyFacts): Properties => ({
  "/students/{id}": { get: operation(facts, "get", "/students/{id}") },
  "/exports": { get: operation(facts, "get", "/exports") },
});
const policy = (ranges: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: ["execute-api:/v1/*"] },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: ["execute-api:/v1/*/exports"],
      Condition: { NotIpAddress: { "aws:SourceIp": ranges } },
    },
  ],
});
const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "api", sampledRequestsEnabled: false };

describe("before a method is reached", () => {
  const world = new World();
  beforeAll(() => world.start(paths), 60_000);
  afterAll(() => world.close());
  beforeEach(() => (world.received.length = 0));

  /** As a client would that resolves the name to this machine. */
  async function byName(host: string, path: string, serverName = host): Promise<{ status?: number; names: string }> {
    const headers = { host, authorization: await world.token(), "x-api-key": world.key.outputs.value as string };
    const { hostname, port } = new URL(world.stage.outputs.invokeUrl as string);
    const ca = readFileSync(world.cloud.certificates.caFile, "utf8");
    return await new Promise((resolve, reject) => {
      const sent = get({ hostname, port, path, headers, ca, servername: serverName, agent: false }, (reply) => {
        const names = (reply.socket as TLSSocket).getPeerCertificate().subjectaltname ?? "";
        reply.resume().on("end", () => resolve({ status: reply.statusCode, names }));
      });
      sent.on("error", reject);
    });
  }

  describe("a domain of the account's", () => {
    let domain: MadeResource;
    beforeAll(async () => {
      const certificate = "arn:aws:acm:us-east-1:000000000000:certificate/1";
      const inputs = {
        domainName: DOMAIN,
        regionalCertificateArn: certificate,
        endpointConfiguration: { types: "REGIONAL" },
        securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        endpointAccessMode: "STRICT",
        routingMode: "BASE_PATH_MAPPING_ONLY",
      };
      const type = "aws:apigateway/domainName:DomainName";
      await expect(world.resources.create(type, "api", inputs)).rejects.toThrow("Invalid certificate ARN");
      await put(world.cloud, "aws:acm/certificate:Certificate", "1", { domainName: "other.example.edu" }, certificate);
      await expect(world.resources.create(type, "api", inputs)).rejects.toThrow(
        "not covered by the provided certificate",
      );
      await put(world.cloud, "aws:acm/certificate:Certificate", "1", { domainName: DOMAIN }, certificate);
      domain = await world.resources.create(type, "api", inputs);
    });

    it("has a name of API Gateway's to point at, and leads nowhere without a mapping", async () => {
      expect(domain.id).toBe(DOMAIN);
      expect(domain.outputs.regionalDomainName).toMatch(/^d-[0-9a-f]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
      expect((await byName(DOMAIN, "/v1/students/1")).status).toBe(403);
    });

    it("answers under its own certificate, by the base path, and with the stage in front of the service's path", async () => {
      await world.resources.create("aws:apigateway/basePathMapping:BasePathMapping", "api", {
        domainName: DOMAIN,
        restApi: world.api.id,
        stageName: "v1",
        basePath: "v1",
      });
      expect(await byName(DOMAIN, "/v1/students/1")).toEqual({ status: 200, names: `DNS:${DOMAIN}` });
      expect(world.received.map(({ url }) => url)).toEqual(["/v1/v1/students/1"]);
      expect((await byName(DOMAIN, "/v2/students/1")).status).toBe(403);
    });

    it("refuses a request whose name is another one than the handshake's", async () => {
      expect((await byName(DOMAIN, "/v1/students/1", "localhost")).status).toBe(403);
    });

    it("is the only address when the API's own is closed", async () => {
      world.api = await world.change(world.api, { disableExecuteApiEndpoint: true });
      expect((await world.call("/students/1")).status).toBe(403);
      expect((await byName(DOMAIN, "/v1/students/1")).status).toBe(200);
      world.api = await world.change(world.api, { disableExecuteApiEndpoint: false });
      expect((await world.call("/students/1")).status).toBe(200);
    });

    it.each<[string, Properties, string]>([
      ["capitals", { domainName: "API.example.edu" }, "domainName"],
      ["no certificate", { regionalCertificateArn: undefined }, "regionalCertificateArn"],
      ["an edge", { endpointConfiguration: { types: "EDGE" } }, "endpointConfiguration"],
      ["an enhanced policy without access mode", { endpointAccessMode: undefined }, "endpointAccessMode"],
      ["client certificates", { mutualTlsAuthentication: {} }, "mutualTlsAuthentication"],
      ["another way of routing", { routingMode: "ROUTING_RULE_ONLY" }, "routingMode"],
    ])("is refused with %s", (_, changes, property) => {
      const right = {
        domainName: DOMAIN,
        regionalCertificateArn: "arn",
        securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        endpointAccessMode: "STRICT",
      };
      expect(checkDomainName(right)).toEqual([]);
      expect(checkDomainName({ ...right, ...changes }).map((failure) => failure.property)).toEqual([property]);
    });
  });

  describe("the API's policy", () => {
    afterAll(() => world.redeploy(apiBody(world.facts, paths(world.facts))));

    it("closes a path to addresses that it does not name, and that path alone", async () => {
      await world.redeploy({
        ...apiBody(world.facts, paths(world.facts)),
        "x-amazon-apigateway-policy": policy(["192.0.2.0/24"]),
      });
      const refused = await world.call("/exports");
      expect([refused.status, refused.headers["content-type"]]).toEqual([403, "application/problem+json"]);
      expect(refused.headers["x-amzn-errortype"]).toBe("AccessDeniedException");
      expect(world.received).toEqual([]);
      expect((await world.call("/students/1")).status).toBe(200);
    });

    it("comes after the token: without one the answer is 401 there too", async () => {
      expect((await world.call("/exports", { headers: { authorization: undefined } })).status).toBe(401);
    });

    it("opens the path to the addresses that it names", async () => {
      await world.redeploy({
        ...apiBody(world.facts, paths(world.facts)),
        "x-amazon-apigateway-policy": policy(["127.0.0.0/8"]),
      });
      expect((await world.call("/exports")).status).toBe(200);
    });

    it("is refused at the import when AWS could not read it", async () => {
      const wrong = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject" }] };
      const body = { ...apiBody(world.facts, paths(world.facts)), "x-amazon-apigateway-policy": wrong };
      await expect(world.change(world.api, { body: JSON.stringify(body) })).rejects.toThrow("Invalid policy document");
    });
  });

  describe("a web ACL", () => {
    it("refuses before token and key are looked at, in the API's own words and in its log", async () => {
      const group = "arn:aws:logs:us-east-1:000000000000:log-group:aws-waf-logs-test";
      await put(world.cloud, "aws:cloudwatch/logGroup:LogGroup", "aws-waf-logs-test", {}, group);
      const statement = {
        byteMatchStatement: {
          fieldToMatch: { singleHeader: { name: "x-attack" } },
          searchString: "yes",
          positionalConstraint: "EXACTLY",
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      };
      const acl = await world.resources.create("aws:wafv2/webAcl:WebAcl", "api", {
        name: "api",
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: [{ name: "attacks", priority: 0, statement, action: { block: {} }, visibilityConfig }],
        visibilityConfig,
      });
      await world.resources.create("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "api", {
        resourceArn: acl.outputs.arn as string,
        logDestinationConfigs: [group],
        redactedFields: [{ singleHeader: { name: "authorization" } }],
      });
      await world.resources.create("aws:wafv2/webAclAssociation:WebAclAssociation", "api", {
        resourceArn: world.stage.outputs.arn as string,
        webAclArn: acl.outputs.arn as string,
      });
      expect((await world.call("/students/1")).status).toBe(200);
      world.received.length = 0;

      const headers = { "x-attack": "yes", authorization: undefined, "x-api-key": undefined };
      const refused = await world.call("/students/1", { headers });
      expect(refused.status).toBe(403);
      expect(refused.headers["x-amzn-errortype"]).toBe("ForbiddenException");
      expect(JSON.parse(refused.text)).toMatchObject({ type: "action-forbidden", status: 403 });
      expect(world.received).toEqual([]);
      const lines = await eventually(() => {
        const text = readFileSync(`${world.cloud.home}/logs/aws-waf-logs-test.log`, "utf8").trim().split("\n");
        expect(text).toHaveLength(2);
        return text;
      });
      const logged = lines.map((line) => JSON.parse(line) as Properties);
      expect(logged.map(({ action }) => action as string)).toEqual(["ALLOW", "BLOCK"]);
      expect(lines[0]).toContain('{"name":"authorization","value":"REDACTED"}');
    });
  });
});
