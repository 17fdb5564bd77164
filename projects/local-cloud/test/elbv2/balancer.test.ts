import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { listen, type Address } from "../../src/cloud.ts";
import { elbv2Service, type Elbv2Service } from "../../src/services/elbv2/index.ts";
import { balanced, putSubnets } from "../support/balanced.ts";
import { eventually } from "../support/eventually.ts";
import { HttpsClient } from "../support/https-client.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";

describe("a load balancer", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let elbv2: Elbv2Service;
  const servers: Server[] = [];
  const clients: HttpsClient[] = [];

  beforeAll(async () => {
    cloud = await startTestCloud([elbv2Service]);
    resources = new Resources(cloud);
    await putSubnets(cloud);
    elbv2 = cloud.service("elbv2");
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await cloud.close();
  });

  async function target(
    handler: RequestListener,
    health: () => number = () => 200,
  ): Promise<Address & { server: Server }> {
    const server = createServer((request, response) => {
      if (request.url === "/health") response.writeHead(health()).end();
      else handler(request, response);
    });
    servers.push(server);
    return { server, host: "127.0.0.1", port: await listen(server, 0) };
  }
  const client = (loadBalancerArn: string): HttpsClient => {
    const made = new HttpsClient(cloud, elbv2.addressOf(loadBalancerArn, 443));
    clients.push(made);
    return made;
  };
  const says =
    (text: string): RequestListener =>
    (_request, response) =>
      response.end(text);
  const healthy = (groupArn: string, address: Address) =>
    eventually(() => expect(elbv2.targetHealth(groupArn, address)).toBe("healthy"));

  it("sends requests to healthy targets only", async () => {
    const { loadBalancer, group } = await balanced(resources, "healthy-only");
    const good = await target(says("good"));
    const bad = await target(says("bad"), () => 503);
    elbv2.register(group.id, good);
    elbv2.register(group.id, bad);
    await healthy(group.id, good);
    expect(elbv2.targetHealth(group.id, bad)).toBe("initial");

    const replies = await Promise.all(Array.from({ length: 20 }, () => client(loadBalancer.id).call("/")));
    expect(new Set(replies.map(({ body }) => body))).toEqual(new Set(["good"]));
  });

  it("answers 503 while no target is healthy, as the balancer itself", async () => {
    const { loadBalancer } = await balanced(resources, "nobody");
    const reply = await client(loadBalancer.id).call("/");
    expect(reply).toMatchObject({ status: 503, headers: { server: "awselb/2.0" } });
    expect(reply.body).toContain("503 Service Temporarily Unavailable");
  });

  it("gives a request to another target when the first refuses the connection, whatever the method", async () => {
    const { loadBalancer, group } = await balanced(resources, "refused");
    const staying = await target((request, response) => {
      request.setEncoding("utf8");
      let body = "";
      request.on("data", (chunk: string) => (body += chunk));
      request.on("end", () => response.end(body));
    });
    const leaving = await target(says("left"));
    for (const address of [staying, leaving]) elbv2.register(group.id, address);
    await healthy(group.id, staying);
    await healthy(group.id, leaving);
    leaving.server.closeAllConnections();
    await new Promise((resolve) => leaving.server.close(resolve));

    const caller = client(loadBalancer.id);
    for (let n = 0; n < 6; n += 1) {
      expect(await caller.call("/", { method: "POST", body: `payload ${n}` })).toMatchObject({
        status: 200,
        body: `payload ${n}`,
      });
    }
  });

  it("answers 502 and does not repeat a request that a target cut off", async () => {
    const { loadBalancer, group } = await balanced(resources, "cut-off");
    let seen = 0;
    const cutting: RequestListener = (request) => {
      seen += 1;
      request.socket.destroy();
    };
    const [one, two] = [await target(cutting), await target(cutting)];
    for (const address of [one, two]) elbv2.register(group.id, address);
    await healthy(group.id, one);
    await healthy(group.id, two);
    expect(await client(loadBalancer.id).call("/", { method: "POST", body: "x" })).toMatchObject({ status: 502 });
    expect(seen).toBe(1);
  });

  it("answers 504 when a target takes longer than the idle timeout", async () => {
    const { loadBalancer, group } = await balanced(resources, "too-slow");
    const slow = await target(() => undefined); // never answers
    elbv2.register(group.id, slow);
    await healthy(group.id, slow);
    expect(await client(loadBalancer.id).call("/")).toMatchObject({ status: 504 });
  });

  it("drains: a request under way is answered, and no new one arrives", async () => {
    const { loadBalancer, group } = await balanced(resources, "draining");
    const arrived = Promise.withResolvers<ServerResponse>();
    const leaving = await target((_request, response) => arrived.resolve(response));
    elbv2.register(group.id, leaving);
    await healthy(group.id, leaving);
    const caller = client(loadBalancer.id);
    const underWay = caller.call("/");
    const unanswered = await arrived.promise;

    let drained = false;
    const draining = elbv2.deregister(group.id, leaving).then(() => {
      drained = true;
    });
    expect(elbv2.targetHealth(group.id, leaving)).toBe("draining");
    expect(await caller.call("/")).toMatchObject({ status: 503 });
    expect(drained).toBe(false);
    unanswered.end("finished");
    expect(await underWay).toMatchObject({ status: 200, body: "finished" });
    await draining;
    expect(elbv2.targetHealth(group.id, leaving)).toBeUndefined();
  });

  it("tells the target who called, how, and under which trace", async () => {
    const { loadBalancer, group } = await balanced(resources, "forwarded");
    const echo = await target((request, response) => response.end(JSON.stringify(request.headers)));
    elbv2.register(group.id, echo);
    await healthy(group.id, echo);
    const reply = await client(loadBalancer.id).call("/", {
      headers: { host: "api.example.edu", "x-forwarded-for": "198.51.100.7", "x-amzn-trace-id": "Root=1-abc-def" },
    });
    expect(JSON.parse(reply.body)).toMatchObject({
      host: "api.example.edu",
      "x-forwarded-for": "198.51.100.7, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
      "x-amzn-trace-id": expect.stringMatching(/^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-abc-def$/),
    });
  });

  it("routes by rules in their order and rewrites the path", async () => {
    const { loadBalancer, group, listener } = await balanced(resources, "rules");
    const echo = await target((request, response) => response.end(request.url));
    elbv2.register(group.id, echo);
    await healthy(group.id, echo);
    await resources.update(listener, {
      ...listener.inputs,
      defaultActions: [
        { type: "fixed-response", fixedResponse: { contentType: "text/plain", messageBody: "no", statusCode: "404" } },
      ],
    });
    const rule = await resources.create("aws:lb/listenerRule:ListenerRule", "rules", {
      listenerArn: listener.id,
      conditions: [{ hostHeader: { values: ["api.example.edu"] } }],
      actions: [{ type: "forward", targetGroupArn: group.id }],
      transforms: [{ type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/stage/(.*)$", replace: "/$1" } } }],
    });
    await healthy(group.id, echo);
    const caller = client(loadBalancer.id);
    expect(await caller.call("/stage/v1/x?y=1", { headers: { host: "api.example.edu" } })).toMatchObject({
      body: "/v1/x?y=1",
    });
    expect(await caller.call("/v1/x", { headers: { host: "api.example.edu" } })).toMatchObject({ body: "/v1/x" });
    expect(await caller.call("/v1/x", { headers: { host: "other.example.edu" } })).toMatchObject({
      status: 404,
      body: "no",
    });
    expect(rule.outputs.priority).toBe(1);
  });

  it("is found again with its rules and its port when the cloud starts again", async () => {
    const { loadBalancer, group } = await balanced(resources, "again");
    const before = elbv2.addressOf(loadBalancer.id, 443);
    await elbv2.stop?.();
    await elbv2.start?.(cloud);
    expect(elbv2.addressOf(loadBalancer.id, 443)).toEqual(before);
    expect(elbv2.isAttached(group.id)).toBe(true);
  });

  it("keeps a target group that a listener forwards to", async () => {
    const { group, listener } = await balanced(resources, "in-use");
    await expect(resources.remove(group)).rejects.toThrow("ResourceInUse");
    await resources.remove(listener);
    await expect(resources.remove(group)).resolves.toBeUndefined();
  });

  it.each([
    [
      "a name of 33 characters",
      "aws:lb/loadBalancer:LoadBalancer",
      { name: "n".repeat(33), subnets: ["subnet-a", "subnet-b"] },
      "32 letters",
    ],
    [
      "one subnet",
      "aws:lb/loadBalancer:LoadBalancer",
      { name: "one", subnets: ["subnet-a"] },
      "two different Availability Zones",
    ],
    [
      "HTTPS without a certificate",
      "aws:lb/listener:Listener",
      { port: 443, protocol: "HTTPS", defaultActions: [] },
      "certificate must be specified",
    ],
    [
      "a slow start beside weighted random",
      "aws:lb/targetGroup:TargetGroup",
      {
        name: "g",
        port: 1,
        protocol: "HTTP",
        vpcId: "v",
        targetType: "ip",
        slowStart: 30,
        loadBalancingAlgorithmType: "weighted_random",
      },
      "slow start cannot be combined",
    ],
  ])("is refused with %s", async (_what, token, inputs, why) => {
    expect((await resources.failuresOf(token, inputs)).map(({ reason }) => reason).join("\n")).toContain(why);
  });
});
