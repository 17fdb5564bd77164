import { gunzipSync, gzipSync } from "node:zlib";
import type { Properties } from "../../src/resource-type.ts";
import { integration, operation, SERVICE_HOST, type BodyFacts } from "./api-body.ts";
import { World } from "./world.ts";

const paths = (facts: BodyFacts): Properties => {
  const anyBody = { requestBody: { content: { "application/json": { schema: { type: "object" } } } } };
  const mapped = {
    "integration.request.header.X-Api": "'records'",
    "integration.request.header.X-Request": "context.requestId",
    "integration.request.querystring.campus": "'north'",
  };
  return {
    "/students": { get: operation(facts, "get", "/students"), post: operation(facts, "post", "/students", anyBody) },
    "/students/{id}": { get: operation(facts, "get", "/students/{id}") },
    "/students/{id}/holds/{holdId}": { delete: operation(facts, "delete", "/students/{id}/holds/{holdId}") },
    "/students/me": { get: operation(facts, "get", "/students/me") },
    "/files/{path+}": { "x-amazon-apigateway-any-method": operation(facts, "any", "/files/{path+}") },
    "/mapped": {
      get: operation(facts, "get", "/mapped", {
        "x-amazon-apigateway-integration": integration(facts, "get", "/mapped", { requestParameters: mapped }),
      }),
    },
  };
};

describe("what the gateway passes on", () => {
  const world = new World();
  beforeAll(() => world.start(paths), 60_000);
  afterAll(() => world.close());
  beforeEach(() => {
    world.received.length = 0;
    world.answer = () => Promise.resolve({ status: 200, headers: { "content-type": "application/json" }, body: "{}" });
  });
  const last = () => {
    const received = world.received.at(-1);
    if (received === undefined) throw new Error("Nothing reached the service.");
    return received;
  };

  it("keeps the stage in front of the integration's path, as private integrations do", async () => {
    expect((await world.call("/students/42?view=short&campus=a%20b")).status).toBe(200);
    expect(last()).toMatchObject({ method: "GET", url: "/v1/v1/students/42?view=short&campus=a%20b" });
  });

  it.each([
    ["/students/me", "/v1/v1/students/me"],
    ["/students/a%2Fb", "/v1/v1/students/a%2Fb"],
    ["/students/42/", "/v1/v1/students/42"],
    ["/files/2026/report.pdf", "/v1/v1/files/2026/report.pdf"],
  ])("finds %s", async (path, url) => {
    expect((await world.call(path)).status).toBe(200);
    expect(last().url).toBe(url);
  });

  it.each(["/students/..", "/students/%2e%2e", "/students/.%2E"])(
    "lets no path value climb out of the integration's path: %s",
    async (path) => {
      expect(await world.callVerbatim(path)).toBe(200);
      expect(last().url).toBe("/v1/v1/students/%252E%252E");
    },
  );

  it("lets no backslash become a slash", async () => {
    expect(await world.callVerbatim("/students/a\\b")).toBe(200);
    expect(last().url).toBe("/v1/v1/students/a%5Cb");
  });

  it("keeps to itself what belongs to one connection", async () => {
    await world.callVerbatim("/students/1", {
      connection: "close, x-hop",
      "x-hop": "1",
      te: "trailers",
      "x-kept": "1",
    });
    expect(last().headers).toMatchObject({ "x-kept": "1" });
    for (const name of ["te", "x-hop"]) expect(last().headers).not.toHaveProperty(name);
  });

  it("passes headers and body through, and names itself", async () => {
    const body = JSON.stringify({ name: "Ada" });
    await world.call("/students", {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "if-match": '"1"',
        "x-forwarded-for": "192.0.2.1",
      },
    });
    const { headers, body: received } = last();
    expect(received).toBe(body);
    expect(headers).toMatchObject({
      host: SERVICE_HOST,
      "content-type": "application/json",
      "if-match": '"1"',
      authorization: expect.stringMatching(/^Bearer /) as string,
      "x-forwarded-for": "192.0.2.1, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-amzn-apigateway-api-id": world.api.id,
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
      "user-agent": `AmazonAPIGateway_${world.api.id}`,
    });
  });

  it("fills mapped headers and query values", async () => {
    const reply = await world.call("/mapped?campus=south&page=2");
    expect(last().url).toBe("/v1/v1/mapped?campus=north&page=2");
    expect(last().headers).toMatchObject({ "x-api": "records", "x-request": reply.headers["x-amzn-requestid"] });
  });

  it("returns status, headers and body of the service, several headers of one name included", async () => {
    const headers = { etag: '"2"', "set-cookie": ["a=1", "b=2"], "www-authenticate": "Bearer", "x-cache": "hit" };
    world.answer = () => Promise.resolve({ status: 412, headers, body: "stale" });
    const reply = await world.call("/students/42");
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 412, text: "stale" });
    expect(reply.headers).toMatchObject({
      etag: '"2"',
      "set-cookie": ["a=1", "b=2"],
      "x-cache": "hit",
      "x-amzn-remapped-www-authenticate": "Bearer",
      "x-amzn-requestid": expect.any(String) as string,
    });
    expect(reply.headers).not.toHaveProperty("x-amzn-errortype");
    expect(reply.headers).not.toHaveProperty("www-authenticate");
  });

  it("returns an empty answer as it is", async () => {
    world.answer = () => Promise.resolve({ status: 204 });
    const reply = await world.call("/students/1/holds/2", { method: "DELETE" });
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 204, text: "" });
  });

  it("compresses what is large enough, for those who take it, and nothing else", async () => {
    const large = JSON.stringify({ text: "a".repeat(2000) });
    world.answer = () => Promise.resolve({ status: 200, body: large });
    expect((await world.call("/students/1")).headers).not.toHaveProperty("content-encoding");
    const reply = await world.callForBytes("/students/1", { "accept-encoding": "gzip" });
    expect(reply.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(reply.bytes).toString()).toBe(large);
    world.answer = () => Promise.resolve({ status: 200, body: "short" });
    expect((await world.callForBytes("/students/1", { "accept-encoding": "gzip" })).bytes.toString()).toBe("short");
  });

  it("unpacks a compressed body before it is checked and passed on", async () => {
    const body = JSON.stringify({ name: "Ada" });
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect((await world.call("/students", { method: "POST", body: gzipSync(body), headers })).status).toBe(200);
    expect(last().body).toBe(body);
    expect(last().headers).not.toHaveProperty("content-encoding");
    expect(
      (await world.call("/students", { method: "POST", body, headers: { ...headers, "content-encoding": "br" } }))
        .status,
    ).toBe(400);
  });

  it("uses one connection to the service again and again", async () => {
    const ports = new Set<string>();
    world.answer = ({ headers }) => Promise.resolve({ status: 200, body: String(headers["x-forwarded-port"]) });
    for (let call = 0; call < 5; call++) ports.add((await world.call("/students/1")).text);
    expect(ports.size).toBe(1);
    expect(await world.upstreamConnections()).toBe(1);
  });

  it("calls no service whose certificate names another host", async () => {
    const other = "api-other.example.edu";
    const body = JSON.parse(world.api.inputs.body as string) as { paths: Properties };
    const get = body.paths["/students/{id}"] as { get: Properties };
    get.get["x-amazon-apigateway-integration"].uri = `https://${other}/v1/students/{id}`;
    await world.redeploy(body);
    const reply = await world.call("/students/1");
    expect(reply.status).toBe(503);
    expect(world.received).toEqual([]);
    await world.redeploy(JSON.parse(world.api.inputs.body as string) as Properties);
  });
});
