// A campus system's credentials: adopted, rotated with an overlap, and the former secret ended.
import {
  CognitoIdentityProviderClient,
  ListUserPoolClientSecretsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { DescribeSecretCommand, GetSecretValueCommand, RotateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { readFileSync } from "node:fs";
import { Agent, fetch } from "undici";
import { apigatewayService } from "../../../local-cloud/src/services/apigateway/index.ts";
import { cognitoService } from "../../../local-cloud/src/services/cognito/index.ts";
import { eventually } from "../../../local-cloud/test/support/eventually.ts";
import { retireClientSecrets, type ClientCredentials } from "../../src/rotation/client-secret.ts";
import { startPlace, type Place } from "./place.ts";

// Real servers start and stop here; a busy machine takes its time.
jest.setTimeout(90_000);
const DAY_MS = 86_400_000;

describe("the credentials of a campus system", () => {
  let place: Place;
  let agent: Agent;
  let identity: CognitoIdentityProviderClient;
  let client: { userPoolId: string; clientId: string; apiKeyId: string; issuer: string };
  let secretArn: string;

  beforeAll(async () => {
    place = await startPlace([cognitoService, apigatewayService]);
    const { resources, cloud } = place;
    agent = new Agent({ connect: { ca: readFileSync(cloud.certificates.caFile, "utf8") } });
    identity = new CognitoIdentityProviderClient(cloud.sdk);
    secretArn = place.variables.CLIENT_SECRET_ARNS!;
    const pool = await resources.create("aws:cognito/userPool:UserPool", "people", { userPoolTier: "ESSENTIALS" });
    await resources.create("aws:cognito/userPoolDomain:UserPoolDomain", "domain", {
      ...{ userPoolId: pool.id, domain: "srs-test-000000000000" },
    });
    await resources.create("aws:cognito/resourceServer:ResourceServer", "srs", {
      ...{ userPoolId: pool.id, identifier: "srs", name: "records" },
      scopes: [{ scopeName: "read", scopeDescription: "read" }],
    });
    const made = await resources.create("aws:cognito/userPoolClient:UserPoolClient", "sis", {
      ...{ userPoolId: pool.id, generateSecret: true, allowedOauthFlows: ["client_credentials"] },
      ...{ allowedOauthFlowsUserPoolClient: true, allowedOauthScopes: ["srs/read"] },
    });
    const key = await resources.create("aws:apigateway/apiKey:ApiKey", "sis", { name: "sis" });
    const issuer = `https://${pool.outputs.endpoint}`;
    client = { userPoolId: pool.id, clientId: made.id, apiKeyId: key.id, issuer };
    await place.invoke({ operation: "bootstrap" });
  });
  afterAll(async () => {
    identity?.destroy();
    await agent?.close();
    await place?.close();
  });

  const adopt = (more: object = {}) =>
    place.invoke({ operation: "adopt-client", system: "sis", secretArn, ...client, ...more });
  const credentials = async () => {
    const { SecretString } = await place.secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return JSON.parse(SecretString!) as ClientCredentials;
  };
  const statusWith = async ({ clientId, clientSecret }: ClientCredentials) => {
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const reply = await fetch(`${client.issuer}/oauth2/token`, {
      ...{ method: "POST", dispatcher: agent, headers: { authorization } },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    await reply.body?.cancel();
    return reply.status;
  };
  const secretsHeld = async () => {
    const ids = { UserPoolId: client.userPoolId, ClientId: client.clientId };
    return (await identity.send(new ListUserPoolClientSecretsCommand(ids))).ClientSecrets!;
  };
  const rotation = { ScheduleExpression: "rate(90 days)", Duration: "2h" };
  const setUp = () =>
    place.secrets.send(
      new RotateSecretCommand({
        ...{ SecretId: secretArn, RotationLambdaARN: place.functionArn, RotationRules: rotation },
        RotateImmediately: false,
      }),
    );

  it("have a schedule before the client is there, and are adopted once it is; no value is in the answer", async () => {
    await setUp();
    expect(await adopt()).toEqual({ system: "sis", written: true });
    expect(await credentials()).toMatchObject({ ...client, apiKey: expect.stringMatching(/^\S{20,}$/) as string });
    expect(await statusWith(await credentials())).toBe(200);
  });

  it("stay as they are when adopted again, and follow a client that was replaced", async () => {
    const before = await credentials();
    expect(await adopt()).toEqual({ system: "sis", written: false });
    expect(await credentials()).toEqual(before);
    const key = await place.resources.create("aws:apigateway/apiKey:ApiKey", "other", { name: "other" });
    expect(await adopt({ apiKeyId: key.id })).toEqual({ system: "sis", written: true });
    expect((await credentials()).apiKey).not.toBe(before.apiKey);
    await adopt();
  });

  it("are written to the secrets of clients alone", async () => {
    const foreign = { secretArn: place.variables.APP_SECRET_ARN_A };
    await expect(adopt(foreign)).rejects.toThrow("is no client's secret");
    await expect(adopt({ clientId: undefined })).rejects.toThrow("adopt-client needs");
  });

  it("rotate to a secret that works, while the former one goes on", async () => {
    await setUp();
    const before = await credentials();
    await place.secrets.send(new RotateSecretCommand({ SecretId: secretArn }));
    await eventually(async () => expect((await credentials()).clientSecret).not.toBe(before.clientSecret));
    const after = await credentials();
    expect(after).toEqual({ ...before, clientSecret: after.clientSecret });
    expect([await statusWith(before), await statusWith(after)]).toEqual([200, 200]);
    expect(await secretsHeld()).toHaveLength(2);
  });

  it("do not rotate again while a system may still use the former secret", async () => {
    await eventually(async () => {
      const { LastRotatedDate } = await place.secrets.send(new DescribeSecretCommand({ SecretId: secretArn }));
      expect(LastRotatedDate).toBeDefined();
    });
    const before = await credentials();
    await place.secrets.send(new RotateSecretCommand({ SecretId: secretArn }));
    await eventually(() =>
      expect(place.cloud.logLines.filter((line) => line.includes("has two secrets until"))).not.toEqual([]),
    );
    expect(await credentials()).toEqual(before);
    expect(await secretsHeld()).toHaveLength(2);
  });

  it("lose the former secret a week later, when no rotation is under way", async () => {
    const retire = (now: Date) => retireClientSecrets([secretArn], place.secrets, identity, now);
    const later = new Date(Date.now() + 7 * DAY_MS + 1_000);
    expect(await retire(new Date())).toEqual([]);
    const half = { ...(await credentials()), clientSecret: "HalfWayThroughARotation0123" };
    const token = crypto.randomUUID();
    await place.pending("CLIENT_SECRET_ARNS", token, JSON.stringify(half));
    expect(await retire(later)).toEqual([]);
    await place.settle("CLIENT_SECRET_ARNS", token);
    expect(await retire(later)).toEqual([secretArn]);
    expect(await secretsHeld()).toHaveLength(1);
    expect(await statusWith(await credentials())).toBe(200);
    expect(await place.invoke({ operation: "retire-client-secrets" })).toEqual({ retired: [] });
  });

  it("are written down nowhere", async () => {
    const { clientSecret, apiKey } = await credentials();
    const written = place.written();
    expect(written).toContain("client adopted");
    for (const value of [clientSecret, apiKey]) expect(written).not.toContain(value);
  });
});
