/** Promises of the service as a whole: what it logs, what it documents, how it says that it is well. */
import { openApiDocument } from "../src/openapi.ts";
import { catalogue } from "../src/problems/catalogue.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

describe("the log", () => {
  it("has one line a request, made of ids and outcomes, and holds nothing of a student, a caller's token or a query", async () => {
    const { headers, clientId } = await world.caller();
    const student = await world.student({ family: "Planted-Łoś", personalEmail: "planted@personal.example.edu" });
    world.logLines.length = 0;
    const read = await world.app.inject({ url: `/v1/students/${student.id}`, headers });
    const secrets = [
      "Planted-Łoś",
      "planted@",
      student.number,
      "Zoë",
      "+13125550100",
      headers.authorization.slice(-40),
      "leak-me",
    ];
    await world.app.inject({ url: `/v1/students?sort=lastName&leak-me=Planted-Łoś`, headers });
    await world.app.inject({
      method: "PATCH",
      url: `/v1/students/${student.id}`,
      headers: { ...headers, "content-type": "application/merge-patch+json", "if-match": String(read.headers.etag) },
      payload: JSON.stringify({ person: { personalEmail: "planted@leak-me.example.edu" } }),
    });
    await world.app.inject({ method: "PATCH", url: `/v1/students/${student.id}`, headers, payload: "planted@leak-me" });
    await world.app.inject({ url: "/v1/students/planted@leak-me.example.edu", headers });
    await world.app.inject({ url: "/v1/%zz-leak-me", headers });
    expect(world.logLines.length).toBeGreaterThanOrEqual(5);
    for (const value of secrets) expect(world.logLines.join("")).not.toContain(value);
    expect(JSON.parse(world.logLines[0]!)).toMatchObject({
      ...{
        msg: "request",
        requestId: read.headers["x-request-id"],
        route: "/v1/students/:studentId",
        method: "GET",
        status: 200,
      },
      ...{ clientId, decision: "allow", cache: "miss", durationMs: expect.any(Number) },
    });
  });

  it("tells of an unexpected error where it was thrown, and not what it said", async () => {
    const { headers } = await world.caller();
    const student = await world.student();
    world.logLines.length = 0;
    await world.admin.query("alter table records.persons rename column phones to planted_leak_me");
    try {
      const reply = await world.app.inject({ url: `/v1/students/${student.id}`, headers });
      expect(reply.json()).toMatchObject({ status: 500, type: expect.stringContaining("internal") });
      expect(reply.body).not.toContain("phones");
      const line = world.logLines.map((each) => JSON.parse(each)).find(({ level }) => level === "error");
      expect(line).toMatchObject({ msg: "internal", error: { name: "error", code: "42703" } });
      expect(line.error.at.join()).toContain("reader.ts");
      expect(world.logLines.join("")).not.toContain("p.phones does not exist");
      expect(await world.audited(reply.headers["x-request-id"])).toMatchObject([
        { decision: "error", reason: "internal" },
      ]);
    } finally {
      await world.admin.query("alter table records.persons rename column planted_leak_me to phones");
    }
  });
});

describe("the OpenAPI document", () => {
  interface Operation {
    readonly operationId: string;
    readonly "x-scope": string;
    readonly responses: Record<string, { content?: Record<string, unknown> }>;
  }
  const operations = async () => {
    const document = (await openApiDocument()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
    return { document, list: Object.values(document.paths).flatMap((path) => Object.values(path)) };
  };

  it("lists every route the service registers under /v1, and no probe", async () => {
    const { document } = await operations();
    expect(document.openapi).toBe("3.1.0");
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual([
      "GET /v1/students",
      "GET /v1/students/{studentId}",
      "PATCH /v1/students/{studentId}",
      "POST /v1/enrollments/{enrollmentId}/grade",
    ]);
    const routes = world.app.printRoutes({ commonPrefix: false, includeHooks: false });
    const registered = [...routes.matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, methods]) => methods!.split(", "));
    expect(registered.filter((method) => method !== "HEAD")).toHaveLength(documented.length + 2); // and two probes
  });

  it("gives each operation an id, a scope and its problems, and classifies every field", async () => {
    const { list } = await operations();
    expect(new Set(list.map(({ operationId }) => operationId)).size).toBe(list.length);
    for (const operation of list) {
      expect(operation["x-scope"]).toMatch(/^[a-z]+\.[a-z]+$/);
      for (const status of ["401", "403", "500", "503"]) {
        expect(operation.responses[status]?.content).toHaveProperty(["application/problem+json"]);
      }
    }
    const student = JSON.stringify(list.find(({ operationId }) => operationId === "getStudent")!.responses["200"]);
    expect(student.match(/"x-classification":"[DPRN]"/g)!.length).toBe(24);
  });
});

describe("routes", () => {
  it("do not come into being under /v1 without a scope", async () => {
    const { scopeGuard } = await import("../src/plugins/app/scope-guard.ts");
    const { default: Fastify } = await import("fastify");
    const app = Fastify();
    scopeGuard(app, world.dependencies.primary);
    expect(() => app.get("/open", () => "")).toThrow("declares no config.scope");
    await app.close();
  });

  it("answer outside /v1 with a problem, too", async () => {
    const reply = await world.app.inject({ url: "/metrics" });
    expect(reply.json()).toMatchObject({ status: 404, type: expect.stringContaining("not-found") });
  });
});

describe("health", () => {
  it("is live without looking at anything, and ready with the state of what it reached", async () => {
    expect((await world.app.inject({ url: "/health/live" })).statusCode).toBe(200);
    const ready = await world.app.inject({ url: "/health/ready" });
    expect(ready.json()).toEqual({
      status: "ok",
      checks: { database: "ok", audit: "ok", redis: "ok", stream: "ok", files: "ok" },
    });
  });

  it("does not tell the public gateway whether it is ready", async () => {
    const reply = await world.app.inject({ url: "/health/ready", headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(reply.json()).toMatchObject({ status: 404 });
  });

  it("is degraded and still ready without its files, and not ready without a database", async () => {
    const poor = await world.anotherTask({ folders: ["/no/such/folder"] });
    const degraded = await poor.app.inject({ url: "/health/ready" });
    expect([degraded.statusCode, degraded.json().checks.files]).toEqual([200, "degraded"]);
    const nowhere = { host: "127.0.0.1", port: 1, database: "records", tls: false };
    const lost = await world.anotherTask({ primary: nowhere, replica: nowhere });
    const failed = await lost.app.inject({ url: "/health/ready" });
    expect([failed.statusCode, failed.json().checks.database]).toEqual([503, "fail"]);
    expect((await lost.app.inject({ url: "/health/live" })).statusCode).toBe(200);
    const { headers } = await world.caller();
    const reply = await lost.app.inject({ url: "/v1/students", headers });
    expect([reply.statusCode, reply.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^[0-9]+$/)]);
  });
});

it("has one catalogue entry for each slug", () => {
  expect(new Set(catalogue.map(({ slug }) => slug)).size).toBe(catalogue.length);
});
