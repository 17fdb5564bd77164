import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from "jose";
import { Agent, fetch, type RequestInit } from "undici";
import { cognitoService } from "../../src/services/cognito/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";

describe("the token issuer of a user pool", () => {
  let cloud: TestCloud;
  let resources: Resources;
  let agent: Agent;
  let pool: MadeResource;
  let client: MadeResource;
  let issuer: string;

  const get = (url: string, init: RequestInit = {}) => fetch(url, { ...init, dispatcher: agent });
  const readJson = async (url: string) => (await (await get(url)).json()) as Record<string, string>;
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

  async function token(fields: Record<string, string>, authorization?: string) {
    const { token_endpoint: tokenEndpoint } = await readJson(`${issuer}/.well-known/openid-configuration`);
    const body = new URLSearchParams({ grant_type: "client_credentials", ...fields });
    const reply = await get(tokenEndpoint ?? "", {
      method: "POST",
      body,
      headers: authorization ? { authorization } : {},
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, string | number> };
  }
  const asClient = () => basic(client.id, client.outputs.clientSecret as string);

  async function open(home?: string): Promise<void> {
    cloud = await startTestCloud([cognitoService], { ...(home && { home }) });
    resources = new Resources(cloud);
    agent = new Agent({ connect: { ca: readFileSync(cloud.certificates.caFile, "utf8") } });
  }

  beforeAll(async () => {
    await open();
    pool = await resources.create("aws:cognito/userPool:UserPool", "campus", { userPoolTier: "ESSENTIALS" });
    issuer = `https://${pool.outputs.endpoint}`;
    await resources.create("aws:cognito/resourceServer:ResourceServer", "srs", {
      userPoolId: pool.id,
      identifier: "srs",
      name: "records",
      scopes: ["students.read", "students.write"].map((scopeName) => ({ scopeName, scopeDescription: scopeName })),
    });
    client = await resources.create("aws:cognito/userPoolClient:UserPoolClient", "advising", {
      userPoolId: pool.id,
      generateSecret: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: ["srs/students.read", "srs/students.write"],
      accessTokenValidity: 30,
      tokenValidityUnits: { accessToken: "minutes" },
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    });
  }, 60_000);
  afterAll(async () => {
    await agent.close();
    await cloud.close();
  });

  it("has no token endpoint before the pool has a domain", async () => {
    expect((await token({}, asClient())).status).toBe(404);
    await resources.create("aws:cognito/userPoolDomain:UserPoolDomain", "domain", {
      userPoolId: pool.id,
      domain: "srs-test-000000000000",
    });
    expect((await token({}, asClient())).status).toBe(200);
  });

  it("gives a token of Cognito's shape, signed with the key it publishes", async () => {
    const { status, body } = await token({ scope: "srs/students.read" }, asClient());
    expect({ status, ...body }).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 1800 });
    const accessToken = String(body.access_token);
    const { jwks_uri: jwksUri } = await readJson(`${issuer}/.well-known/openid-configuration`);
    expect(jwksUri).toBe(`${issuer}/.well-known/jwks.json`);
    const keys = createLocalJWKSet((await (await get(jwksUri ?? "")).json()) as JSONWebKeySet);
    const { payload } = await jwtVerify(accessToken, keys, { issuer, algorithms: ["RS256"] });
    expect(payload).toEqual({
      sub: client.id,
      client_id: client.id,
      iss: issuer,
      scope: "srs/students.read",
      token_use: "access",
      version: 2,
      auth_time: payload.iat,
      iat: expect.any(Number) as number,
      exp: (payload.iat ?? 0) + 1800,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: "RS256", kid: expect.any(String) as string });
  });

  it("grants every allowed scope when none is asked for", async () => {
    const { body } = await token({}, asClient());
    expect(decodeJwt(String(body.access_token)).scope).toBe("srs/students.read srs/students.write");
  });

  it("accepts the secret in the form as well as in the header", async () => {
    const { status } = await token({ client_id: client.id, client_secret: client.outputs.clientSecret as string });
    expect(status).toBe(200);
  });

  it("publishes no private key", async () => {
    const keys = await (await get(`${issuer}/.well-known/jwks.json`)).text();
    expect(Object.keys((JSON.parse(keys) as { keys: object[] }).keys[0] ?? {}).toSorted()).toEqual([
      "alg",
      "e",
      "kid",
      "kty",
      "n",
      "use",
    ]);
  });

  it.each([
    ["a wrong secret", () => token({}, basic(client.id, "wrong")), 401, "invalid_client"],
    ["an unknown client", () => token({}, basic("a".repeat(26), "wrong")), 401, "invalid_client"],
    ["no secret", () => token({ client_id: client.id }), 401, "invalid_client"],
    ["a scope the client is not allowed", () => token({ scope: "srs/grades.write" }, asClient()), 400, "invalid_scope"],
    [
      "one allowed scope and one that is not",
      () => token({ scope: "srs/students.read srs/x" }, asClient()),
      400,
      "invalid_scope",
    ],
    ["a grant that is not offered", () => token({ grant_type: "password" }, asClient()), 400, "unsupported_grant_type"],
  ])("refuses %s and gives no token", async (_what, ask, status, error) => {
    const reply = await ask();
    expect({ status: reply.status, error: reply.body.error }).toEqual({ status, error });
    expect(reply.body).not.toHaveProperty("access_token");
  });

  it("says that the code grant is not built yet", async () => {
    expect((await get(`${issuer}/oauth2/authorize?response_type=code`)).status).toBe(501);
  });

  it("answers the user-pool API with the same client and secret", async () => {
    const sdk = new CognitoIdentityProviderClient({ ...cloud.sdk });
    const { UserPoolClient } = await sdk.send(
      new DescribeUserPoolClientCommand({ UserPoolId: pool.id, ClientId: client.id }),
    );
    expect(UserPoolClient?.ClientSecret).toBe(client.outputs.clientSecret);
  });

  it("takes a changed client from the next request on", async () => {
    client = await resources.update(client, { ...client.inputs, ...{ allowedOauthScopes: ["srs/students.read"] } });
    expect((await token({ scope: "srs/students.write" }, asClient())).body.error).toBe("invalid_scope");
    expect((await token({}, asClient())).status).toBe(200);
  });

  it("serves again at the same address, with the same key and clients, when the cloud comes back", async () => {
    const before = await (await get(`${issuer}/.well-known/jwks.json`)).text();
    const secret = client.outputs.clientSecret as string;
    await agent.close();
    await cloud.stop();
    await open(cloud.home);
    expect(await (await get(`${issuer}/.well-known/jwks.json`)).text()).toBe(before);
    const recorded = cloud.account.byId(client.token, client.id);
    expect(recorded?.outputs).not.toHaveProperty("clientSecret");
    expect(await resources.read(client)).toMatchObject({ clientSecret: secret });
    expect((await token({}, basic(client.id, secret))).status).toBe(200);
  });

  it("writes no secret and no token to a file, and keeps the signing key to itself", async () => {
    const { body } = await token({}, asClient());
    const files = readdirSync(cloud.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((text) => text.includes(client.outputs.clientSecret as string))).toEqual([]);
    expect(texts.filter((text) => text.includes(String(body.access_token)))).toEqual([]);
    expect(cloud.logLines.join("\n")).not.toContain(client.outputs.clientSecret);
    const [keyFile] = files.filter((file) => file.name === "signing-key.pem");
    expect(statSync(join(keyFile?.parentPath ?? "", keyFile?.name ?? "")).mode & 0o777).toBe(0o600);
  });

  it("keeps a protected pool, and after its removal knows it no longer", async () => {
    pool = await resources.update(pool, { ...pool.inputs, ...{ deletionProtection: "ACTIVE" } });
    await expect(resources.remove(pool)).rejects.toThrow("deletion protection is activated");
    pool = await resources.update(pool, { ...pool.inputs, ...{ deletionProtection: "INACTIVE" } });
    await resources.remove(pool);
    expect((await get(`${issuer}/.well-known/jwks.json`)).status).toBe(404);
    expect(await resources.read(pool)).toBeUndefined();
  });
});
