import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from "jose";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../src/resource-type.ts";
import { accessTokenClaims } from "../../src/services/cognito/access-token.ts";
import { SigningKeys } from "../../src/services/cognito/signing-keys.ts";
import { eventually } from "../support/eventually.ts";
import type { MadeResource } from "../support/resources.ts";
import { integration, operation, type BodyFacts } from "./api-body.ts";
import { World, type Reply } from "./world.ts";

const paths = (facts: BodyFacts): Properties => ({
  "/students/{id}": {
    get: operation(facts, "get", "/students/{id}"),
    patch: operation(facts, "patch", "/students/{id}", {
      security: [{ campus: ["srs/students.write"], api_key: [] }],
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Change" } } },
      },
    }),
  },
  "/students": {
    get: operation(facts, "get", "/students", {
      parameters: [{ name: "campus", in: "query", required: true, schema: { type: "string" } }],
    }),
  },
  "/slow": {
    get: operation(facts, "get", "/slow", {
      "x-amazon-apigateway-integration": integration(facts, "get", "/slow", { timeoutInMillis: 100 }),
    }),
  },
});

describe("what the gateway refuses by itself", () => {
  const world = new World();
  beforeAll(() => world.start(paths), 60_000);
  afterAll(() => world.close());
  beforeEach(() => (world.received.length = 0));

  /** The API's own template, a request id that can be found again, and nothing behind the gateway was asked. */
  function expectRefusal(reply: Reply, status: number, slug: string, errorType: string): void {
    const requestId = String(reply.headers["x-amzn-requestid"]);
    expect({
      status: reply.status,
      body: JSON.parse(reply.text) as unknown,
      type: reply.headers["content-type"],
    }).toEqual({
      status,
      body: { type: slug, status, instance: `urn:uuid:${requestId}` },
      type: "application/problem+json",
    });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers["x-amzn-errortype"]).toBe(errorType);
    expect(world.received).toEqual([]);
  }

  describe("401", () => {
    const expectUnauthenticated = (reply: Reply) =>
      expectRefusal(reply, 401, "unauthenticated", "UnauthorizedException");

    it("answers a request without a token, and says how to come with one", async () => {
      const reply = await world.call("/students/1", { headers: { authorization: undefined } });
      expectUnauthenticated(reply);
      expect(reply.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
    });

    it("comes before the API key is looked at", async () => {
      expectUnauthenticated(
        await world.call("/students/1", { headers: { authorization: undefined, "x-api-key": undefined } }),
      );
    });

    const claims = () => {
      const issuer = `https://${world.pool.outputs.endpoint}`;
      const facts = {
        issuer,
        clientId: world.client.id,
        scopes: ["srs/students.read"],
        issuedAt: new Date(),
        lifeSeconds: 600,
      };
      return accessTokenClaims(facts, "jti");
    };
    const poolKey = () => new SigningKeys(world.cloud.home).of(world.pool.id);
    const sign = async (payload: Properties) => {
      const { kid, privateKey } = await poolKey();
      return await new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
    };
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

    it("is not the answer to a token signed as the pool signs", async () => {
      expect((await world.call("/students/1", { headers: { authorization: await sign(claims()) } })).status).toBe(200);
    });

    const forgeries: [string, () => Promise<string>][] = [
      ["text that is no token", () => Promise.resolve("nonsense")],
      ["an expired token", () => sign({ ...claims(), exp: Math.floor(Date.now() / 1000) - 1 })],
      ["a token without an expiry", () => sign({ ...claims(), exp: undefined })],
      ["a token of another issuer", () => sign({ ...claims(), iss: "https://elsewhere.example.edu/pool" })],
      ["an identity token where scopes are asked for", () => sign({ ...claims(), token_use: "id" })],
      [
        "a token signed with another key under the pool's key id",
        async () => {
          const { privateKey } = await generateKeyPair("RS256", { extractable: true });
          const { kid } = await poolKey();
          const key = await importPKCS8(await exportPKCS8(privateKey), "RS256");
          return await new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid }).sign(key);
        },
      ],
      [
        "a token with an unknown key id",
        async () => {
          const { privateKey } = await poolKey();
          return await new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: "other" }).sign(privateKey);
        },
      ],
      [
        "a token without a signature",
        async () => `${encoded({ alg: "none", kid: (await poolKey()).kid })}.${encoded(claims())}.`,
      ],
      [
        "a token signed with the public key as a shared secret",
        async () => {
          const { kid, publicKey } = await poolKey();
          const text = `${encoded({ alg: "HS256", kid })}.${encoded(claims())}`;
          return `${text}.${createHmac("sha256", await exportSPKI(publicKey))
            .update(text)
            .digest("base64url")}`;
        },
      ],
      [
        "a token whose scope was widened afterwards",
        async () => {
          const [header, , signature] = (await sign(claims())).split(".");
          return `${header}.${encoded({ ...claims(), scope: "srs/students.read srs/students.write" })}.${signature}`;
        },
      ],
    ];
    it.each(forgeries)("answers %s", async (_what, forge) => {
      expectUnauthenticated(await world.call("/students/1", { headers: { authorization: `Bearer ${await forge()}` } }));
    });

    it("answers a valid token of another pool", async () => {
      const other = await world.resources.create("aws:cognito/userPool:UserPool", "other", {});
      await world.resources.create("aws:cognito/userPoolDomain:UserPoolDomain", "other", {
        userPoolId: other.id,
        domain: "srs-other",
      });
      const scopes = [{ scopeName: "students.read", scopeDescription: "read" }];
      await world.resources.create("aws:cognito/resourceServer:ResourceServer", "other", {
        userPoolId: other.id,
        identifier: "srs",
        scopes,
      });
      const client = await world.newClient(other, { allowedOauthScopes: ["srs/students.read"], name: "other" });
      const token = await world.token("srs/students.read", client, other);
      expectUnauthenticated(await world.call("/students/1", { headers: { authorization: `Bearer ${token}` } }));
    });
  });

  describe("403", () => {
    it("answers a valid token without the method's scope", async () => {
      const body = JSON.stringify({ status: "active" });
      const reply = await world.call("/students/1", {
        method: "PATCH",
        body,
        headers: { "content-type": "application/json" },
      });
      expectRefusal(reply, 403, "insufficient-scope", "AccessDeniedException");
    });

    it.each([
      ["no key", undefined],
      ["a key that does not exist", "x".repeat(40)],
    ])("answers %s", async (_what, key) => {
      expectRefusal(
        await world.call("/students/1", { headers: { "x-api-key": key } }),
        403,
        "agreement-inactive",
        "ForbiddenException",
      );
    });

    it("answers a key without a usage plan for the stage, and a key that is switched off", async () => {
      const lonely = await world.resources.create("aws:apigateway/apiKey:ApiKey", "lonely", {});
      const call = (key: MadeResource) =>
        world.call("/students/1", { headers: { "x-api-key": key.outputs.value as string } });
      expectRefusal(await call(lonely), 403, "agreement-inactive", "ForbiddenException");
      await world.resources.create("aws:apigateway/usagePlanKey:UsagePlanKey", "lonely", {
        keyId: lonely.id,
        keyType: "API_KEY",
        usagePlanId: world.plan.id,
      });
      expect((await call(lonely)).status).toBe(200);
      world.received.length = 0;
      expectRefusal(
        await call(await world.change(lonely, { enabled: false })),
        403,
        "agreement-inactive",
        "ForbiddenException",
      );
    });

    it("answers a stage that does not exist, without the API's own template", async () => {
      const reply = await world.call("/../v2/students/1");
      expect({ status: reply.status, text: reply.text }).toEqual({ status: 403, text: '{"message":"Forbidden"}' });
      expect(reply.headers["x-amzn-errortype"]).toBe("ForbiddenException");
    });
  });

  describe("404", () => {
    it.each([
      ["a path", "GET", "/teachers"],
      ["a method", "DELETE", "/students/1"],
      ["a path below a known one", "GET", "/students/1/grades"],
    ])("answers %s that the API does not have", async (_what, method, path) => {
      expectRefusal(await world.call(path, { method }), 404, "not-found", "MissingAuthenticationTokenException");
    });
  });

  describe("400", () => {
    const patch = async (body: string, contentType = "application/json") => {
      const authorization = `Bearer ${await world.token("srs/students.write")}`;
      return await world.call("/students/1", {
        method: "PATCH",
        body,
        headers: { authorization, "content-type": contentType },
      });
    };

    it.each([
      ["text that is not JSON", "{"],
      ["no body", ""],
      ["a body without a required field", "{}"],
      ["a field of another type", '{"status":1}'],
      ["a number at an exclusive bound", '{"status":"active","credits":0}'],
    ])("answers %s", async (_what, body) => {
      expectRefusal(await patch(body), 400, "malformed-request", "BadRequestException");
    });

    it("is not the answer to a body that fits, nor to a media type without a model", async () => {
      expect((await patch('{"status":"active","credits":0.5}')).status).toBe(200);
      expect((await patch("a,b", "text/csv")).status).toBe(200);
    });

    it.each(["/students", "/students?campus="])("answers a missing required parameter: %s", async (path) => {
      expectRefusal(await world.call(path), 400, "malformed-request", "BadRequestException");
    });
  });

  describe("413", () => {
    it("answers a body of more than 10 MB", async () => {
      const reply = await world.call("/students/1", { method: "PATCH", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
      expectRefusal(reply, 413, "payload-too-large", "RequestEntityTooLargeException");
    });
  });

  describe("5xx", () => {
    it("is 504 when the service takes longer than the integration's timeout", async () => {
      const held = Promise.withResolvers<{ status: number }>();
      world.answer = () => held.promise;
      const reply = await world.call("/slow");
      expect(world.received).toHaveLength(1);
      world.received.length = 0;
      expectRefusal(reply, 504, "timeout", "InternalServerErrorException");
      held.resolve({ status: 200 });
      world.answer = () => Promise.resolve({ status: 200 });
    });

    it("is an integration failure when nothing listens behind the load balancer, and the reason is the operator's alone", async () => {
      const { address } = world;
      world.address = { host: "127.0.0.1", port: 1 };
      const reply = await world.call("/students/1");
      expectRefusal(reply, 503, "overloaded", "InternalServerErrorException");
      expect(reply.text).not.toContain("ECONNREFUSED");
      expect(world.cloud.logLines.join("\n")).toContain(String(reply.headers["x-amzn-requestid"]));
      world.address = address;
    });

    it("passes the service's own 503 on as it is", async () => {
      world.answer = () => Promise.resolve({ status: 503, headers: { "retry-after": "5" }, body: "down" });
      const reply = await world.call("/students/1");
      expect({ status: reply.status, text: reply.text, retry: reply.headers["retry-after"] }).toEqual({
        status: 503,
        text: "down",
        retry: "5",
      });
      expect(reply.headers).not.toHaveProperty("x-amzn-errortype");
      world.answer = () => Promise.resolve({ status: 200 });
    });
  });

  it("writes each refusal to the access log, with the format's fields alone", async () => {
    const reply = await world.call("/students/secret-looking-id", { method: "PATCH", body: "{}" });
    const file = join(world.cloud.home, "logs", "test-api-access.log");
    const id = String(reply.headers["x-amzn-requestid"]);
    const line = await eventually(() => {
      const found = readFileSync(file, "utf8")
        .split("\n")
        .find((candidate) => candidate.includes(id));
      if (found === undefined) throw new Error(`${file} has no line for request ${id}.`);
      return found;
    });
    expect(JSON.parse(line)).toEqual({
      requestId: id,
      httpMethod: "PATCH",
      resourcePath: "/students/{id}",
      status: "403",
      "error.responseType": "ACCESS_DENIED",
      "authorizer.claims.client_id": world.client.id,
      "identity.apiKeyId": "-",
    });
    expect(readFileSync(file, "utf8")).not.toContain("secret-looking-id");
  });
});
