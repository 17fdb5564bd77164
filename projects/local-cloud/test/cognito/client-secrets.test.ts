import {
  AddUserPoolClientSecretCommand,
  CognitoIdentityProviderClient,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { cognitoService } from "../../src/services/cognito/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";

const SECOND = "SecondSecretOfAClient0123456789";

describe("the secrets of an app client", () => {
  let cloud: TestCloud;
  let agent: Agent;
  let identity: CognitoIdentityProviderClient;
  let pool: MadeResource;
  let client: MadeResource;
  let ids: { UserPoolId: string; ClientId: string };

  beforeAll(async () => {
    cloud = await startTestCloud([cognitoService]);
    const resources = new Resources(cloud);
    agent = new Agent({ connect: { ca: readFileSync(cloud.certificates.caFile, "utf8") } });
    identity = new CognitoIdentityProviderClient(cloud.sdk);
    pool = await resources.create("aws:cognito/userPool:UserPool", "campus", { userPoolTier: "ESSENTIALS" });
    await resources.create("aws:cognito/userPoolDomain:UserPoolDomain", "domain", {
      ...{ userPoolId: pool.id, domain: "srs-test-000000000000" },
    });
    await resources.create("aws:cognito/resourceServer:ResourceServer", "srs", {
      ...{ userPoolId: pool.id, identifier: "srs", name: "records" },
      scopes: [{ scopeName: "read", scopeDescription: "read" }],
    });
    client = await resources.create("aws:cognito/userPoolClient:UserPoolClient", "sis", {
      ...{ userPoolId: pool.id, generateSecret: true, allowedOauthFlows: ["client_credentials"] },
      ...{ allowedOauthFlowsUserPoolClient: true, allowedOauthScopes: ["srs/read"] },
    });
    ids = { UserPoolId: pool.id, ClientId: client.id };
  });
  afterAll(async () => {
    identity.destroy();
    await agent.close();
    await cloud.close();
  });

  const list = async () => (await identity.send(new ListUserPoolClientSecretsCommand(ids))).ClientSecrets!;
  const remove = (ClientSecretId: string) =>
    identity.send(new DeleteUserPoolClientSecretCommand({ ...ids, ClientSecretId }));
  const statusWith = async (secret: string) => {
    const authorization = `Basic ${Buffer.from(`${client.id}:${secret}`).toString("base64")}`;
    const reply = await fetch(`https://${pool.outputs.endpoint}/oauth2/token`, {
      ...{ method: "POST", dispatcher: agent, headers: { authorization } },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    await reply.body?.cancel();
    return reply.status;
  };

  it("are two at most; both open the token endpoint, and nothing else does", async () => {
    const first = client.outputs.clientSecret as string;
    expect(await list()).toHaveLength(1);
    const added = await identity.send(new AddUserPoolClientSecretCommand({ ...ids, ClientSecret: SECOND }));
    // Whoever gave the value knows it.
    expect(added.ClientSecretDescriptor).not.toHaveProperty("ClientSecretValue");
    expect(await list()).toHaveLength(2);
    expect([await statusWith(first), await statusWith(SECOND), await statusWith("neither")]).toEqual([200, 200, 401]);
    await expect(identity.send(new AddUserPoolClientSecretCommand(ids))).rejects.toThrow("2 active secrets");
  });

  it("open nothing once deleted, and the last one stays", async () => {
    const [older, newer] = await list();
    await remove(older!.ClientSecretId!);
    expect([await statusWith(client.outputs.clientSecret as string), await statusWith(SECOND)]).toEqual([401, 200]);
    await expect(remove(newer!.ClientSecretId!)).rejects.toThrow("last remaining secret");
    await expect(remove(older!.ClientSecretId!)).rejects.toThrow("has no secret");
  });

  it("are made by Cognito where nobody gives one, in a form it takes, and are on no disk", async () => {
    const { ClientSecretDescriptor: made } = await identity.send(new AddUserPoolClientSecretCommand(ids));
    expect(await statusWith(made!.ClientSecretValue!)).toBe(200);
    const file = readFileSync(join(cloud.home, "cognito", pool.id, "client-secrets.json"), "utf8");
    for (const secret of [SECOND, made!.ClientSecretValue!]) expect(file).not.toContain(secret);
    const strange = new AddUserPoolClientSecretCommand({ ...ids, ClientSecret: "too-short" });
    await expect(identity.send(strange)).rejects.toThrow();
  });
});
