import { createServer, type Server } from "node:https";
import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { listen } from "../../src/cloud.ts";
import { apigatewayService } from "../../src/services/apigateway/index.ts";
import { elbv2Service, type Elbv2Service } from "../../src/services/elbv2/index.ts";
import { wafService } from "../../src/services/wafv2/index.ts";
import { balanced, putSubnets } from "../support/balanced.ts";
import { eventually } from "../support/eventually.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { apiBody, operation, SERVICE_HOST } from "./api-body.ts";

describe("a private integration through the load balancer", () => {
  let cloud: TestCloud;
  let server: Server;
  let agent: Agent;

  beforeAll(async () => {
    cloud = await startTestCloud([elbv2Service, wafService, apigatewayService]);
    await putSubnets(cloud);
    agent = new Agent({ connect: { ca: readFileSync(cloud.certificates.caFile, "utf8") } });
  }, 60_000);
  afterAll(async () => {
    await agent.close();
    await cloud.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("reaches the service behind the listener's rule, at the path the service knows", async () => {
    const resources = new Resources(cloud);
    const certificate = "arn:aws:acm:us-east-1:000000000000:certificate/test";
    const inputs = { domainName: SERVICE_HOST };
    await cloud.account.put(
      {
        urn: "certificate",
        type: "aws:acm/certificate:Certificate",
        id: certificate,
        arn: certificate,
        inputs,
        outputs: inputs,
      },
      [],
    );
    const { loadBalancer, group, listener } = await balanced(resources, "api", {
      protocol: "HTTPS",
      healthCheck: { protocol: "HTTPS", path: "/health", interval: 5, timeout: 2 },
    });
    await resources.create("aws:lb/listenerRule:ListenerRule", "api", {
      listenerArn: listener.id,
      priority: 10,
      conditions: [{ hostHeader: { values: [SERVICE_HOST] } }],
      actions: [{ type: "forward", targetGroupArn: group.id }],
      transforms: [{ type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/v1(/v1/.*)$", replace: "$1" } } }],
    });
    const { cert, key } = await cloud.certificates.issue(["127.0.0.1"]);
    server = createServer({ cert, key }, (incoming, outgoing) =>
      outgoing.end(JSON.stringify({ url: incoming.url, host: incoming.headers.host })),
    );
    const target = { host: "127.0.0.1", port: await listen(server, 0) };
    const elbv2 = cloud.service<Elbv2Service>("elbv2");
    elbv2.register(group.id, target);
    await eventually(() => expect(elbv2.targetHealth(group.id, target)).toBe("healthy"));

    const link = await resources.create("aws:apigatewayv2/vpcLink:VpcLink", "api", {
      subnetIds: ["subnet-a"],
      securityGroupIds: [],
    });
    const facts = { vpcLinkId: link.id, loadBalancerArn: loadBalancer.id, userPoolArn: "arn:pool" };
    const path = "/students/{id}";
    const body = JSON.stringify(apiBody(facts, { [path]: { get: operation(facts, "get", path, { security: [] }) } }));
    const api = await resources.create("aws:apigateway/restApi:RestApi", "api", { body });
    const deployment = await resources.create("aws:apigateway/deployment:Deployment", "api", { restApi: api.id });
    const stage = await resources.create("aws:apigateway/stage:Stage", "v1", {
      restApi: api.id,
      deployment: deployment.id,
      stageName: "v1",
    });

    const reply = await request(`${stage.outputs.invokeUrl}/students/42?view=short`, { dispatcher: agent });
    expect(await reply.body.json()).toEqual({ url: "/v1/students/42?view=short", host: SERVICE_HOST });
  }, 60_000);

  it("refuses a body that names a load balancer or a link that is not there", async () => {
    const resources = new Resources(cloud);
    const path = "/students/{id}";
    const create = (facts: { vpcLinkId: string; loadBalancerArn: string; userPoolArn: string }) =>
      resources.create("aws:apigateway/restApi:RestApi", "dangling", {
        body: JSON.stringify(apiBody(facts, { [path]: { get: operation(facts, "get", path) } })),
      });
    const [link] = cloud.account.ofType("aws:apigatewayv2/vpcLink:VpcLink");
    const before = cloud.account.ofType("aws:apigateway/restApi:RestApi").length;
    await expect(create({ vpcLinkId: "zzzzzz", loadBalancerArn: "arn:lb", userPoolArn: "arn" })).rejects.toThrow(
      "Invalid Vpc Link identifier specified",
    );
    await expect(create({ vpcLinkId: link?.id ?? "", loadBalancerArn: "arn:lb", userPoolArn: "arn" })).rejects.toThrow(
      "does not exist in this account",
    );
    expect(cloud.account.ofType("aws:apigateway/restApi:RestApi")).toHaveLength(before);
  });
});
