// A deployed API with a user pool, a client, a key and a service behind it, for tests that call it as a client would.
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, get, type Server } from "node:https";
import { Agent, request } from "undici";
import { listen, type Address, type Cloud, type Service } from "../../src/cloud.ts";
import type { Properties } from "../../src/resource-type.ts";
import { apigatewayService } from "../../src/services/apigateway/index.ts";
import { cognitoService } from "../../src/services/cognito/index.ts";
import { wafService } from "../../src/services/wafv2/index.ts";
import { Resources, type MadeResource } from "../support/resources.ts";
import { startTestCloud, type TestCloud } from "../support/test-cloud.ts";
import { apiBody, operation, SERVICE_HOST, type BodyFacts } from "./api-body.ts";

export const LOAD_BALANCER_ARN =
  "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/api/0123456789abcdef";
export const DEPLOYMENT = "aws:apigateway/deployment:Deployment";
const LOG_GROUP_ARN = "arn:aws:logs:us-east-1:000000000000:log-group:/test/api-access";
export const LOG_FIELDS = [
  "requestId",
  "httpMethod",
  "resourcePath",
  "status",
  "error.responseType",
  "authorizer.claims.client_id",
  "identity.apiKeyId",
];

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}
interface CallOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: string | Buffer;
}
type Answer = (
  received: Received,
) => Promise<{ status: number; headers?: Record<string, string | string[]>; body?: string }>;

export class World {
  cloud!: TestCloud;
  resources!: Resources;
  agent!: Agent;
  api!: MadeResource;
  stage!: MadeResource;
  deployment!: MadeResource;
  pool!: MadeResource;
  client!: MadeResource;
  key!: MadeResource;
  plan!: MadeResource;
  facts!: BodyFacts;
  /** What reached the service, newest last. */
  readonly received: Received[] = [];
  answer: Answer = () => Promise.resolve({ status: 200, headers: { "content-type": "application/json" }, body: "{}" });
  address: Address = { host: "127.0.0.1", port: 1 };
  #upstream: Server | undefined;

  readonly #balancer = (): Service => {
    const outside = { kind: "place", place: { name: "balancer", subnetIds: [], securityGroupIds: [] }, port: 443 };
    const balancer = { addressOf: () => this.address, destinationOf: () => outside };
    return Object.assign({ name: "elbv2", resources: [] }, balancer);
  };

  async openCloud(home?: string): Promise<void> {
    const services: ((cloud: Cloud) => Service)[] = [this.#balancer, cognitoService, wafService, apigatewayService];
    this.cloud = await startTestCloud(services, { ...(home !== undefined && { home }) });
    this.resources = new Resources(this.cloud);
    this.agent = new Agent({ connect: { ca: readFileSync(this.cloud.certificates.caFile, "utf8") } });
  }

  async start(
    paths: (facts: BodyFacts) => Properties = (facts) => ({
      "/students/{id}": { get: operation(facts, "get", "/students/{id}") },
    }),
  ): Promise<void> {
    await this.openCloud();
    const { cloud } = this;
    await this.#listenUpstream();
    const type = "aws:lb/loadBalancer:LoadBalancer";
    await cloud.account.put(
      { urn: "balancer", type, id: LOAD_BALANCER_ARN, arn: LOAD_BALANCER_ARN, inputs: {}, outputs: {} },
      [],
    );
    this.pool = await this.resources.create("aws:cognito/userPool:UserPool", "campus", {});
    await this.resources.create("aws:cognito/userPoolDomain:UserPoolDomain", "campus", {
      userPoolId: this.pool.id,
      domain: "srs-test",
    });
    const scopes = ["students.read", "students.write"].map((scopeName) => ({ scopeName, scopeDescription: scopeName }));
    await this.resources.create("aws:cognito/resourceServer:ResourceServer", "srs", {
      userPoolId: this.pool.id,
      identifier: "srs",
      scopes,
    });
    this.client = await this.newClient(this.pool);
    const link = await this.resources.create("aws:apigatewayv2/vpcLink:VpcLink", "api", {
      subnetIds: ["subnet-1"],
      securityGroupIds: [],
    });
    this.facts = {
      vpcLinkId: link.id,
      loadBalancerArn: LOAD_BALANCER_ARN,
      userPoolArn: this.pool.outputs.arn as string,
    };
    this.api = await this.resources.create("aws:apigateway/restApi:RestApi", "records", {
      body: JSON.stringify(apiBody(this.facts, paths(this.facts))),
      failOnWarnings: true,
      minimumCompressionSize: "1024",
    });
    this.deployment = await this.resources.create(DEPLOYMENT, "first", { restApi: this.api.id });
    this.stage = await this.resources.create("aws:apigateway/stage:Stage", "v1", {
      restApi: this.api.id,
      deployment: this.deployment.id,
      stageName: "v1",
      accessLogSettings: {
        destinationArn: LOG_GROUP_ARN,
        format: JSON.stringify(Object.fromEntries(LOG_FIELDS.map((field) => [field, `$context.${field}`]))),
      },
    });
    this.key = await this.resources.create("aws:apigateway/apiKey:ApiKey", "advising", {});
    this.plan = await this.resources.create("aws:apigateway/usagePlan:UsagePlan", "standard", {
      apiStages: [{ apiId: this.api.id, stage: "v1" }],
      throttleSettings: { rateLimit: 1000, burstLimit: 1000 },
    });
    await this.resources.create("aws:apigateway/usagePlanKey:UsagePlanKey", "advising", {
      keyId: this.key.id,
      keyType: "API_KEY",
      usagePlanId: this.plan.id,
    });
  }

  newClient(pool: MadeResource, changes: Properties = {}): Promise<MadeResource> {
    return this.resources.create("aws:cognito/userPoolClient:UserPoolClient", "system", {
      userPoolId: pool.id,
      generateSecret: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthScopes: ["srs/students.read", "srs/students.write"],
      ...changes,
    });
  }

  /** An access token, by client credentials. */
  async token(scope = "srs/students.read", client = this.client, pool = this.pool): Promise<string> {
    const basic = Buffer.from(`${client.id}:${client.outputs.clientSecret}`).toString("base64");
    const reply = await request(`https://${pool.outputs.endpoint}/oauth2/token`, {
      method: "POST",
      dispatcher: this.agent,
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "client_credentials", scope }).toString(),
    });
    const { access_token: token } = (await reply.body.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`No token: ${reply.statusCode}`);
    return token;
  }

  /** A call with everything it needs; a header of undefined leaves that one out. */
  async call(path: string, options: CallOptions = {}): Promise<Reply> {
    const { status, headers, bytes } = await this.callForBytes(path, options.headers, options);
    return { status, headers, text: bytes.toString() };
  }

  async callForBytes(path: string, given: CallOptions["headers"] = {}, options: CallOptions = {}) {
    const defaults = { authorization: `Bearer ${await this.token()}`, "x-api-key": this.key.outputs.value as string };
    const headers = Object.entries({ ...defaults, ...given }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const reply = await request(`${this.stage.outputs.invokeUrl}${path}`, {
      method: (options.method ?? "GET") as "GET",
      dispatcher: this.agent,
      headers: Object.fromEntries(headers),
      ...(options.body !== undefined && { body: options.body }),
    });
    return { status: reply.statusCode, headers: reply.headers, bytes: Buffer.from(await reply.body.arrayBuffer()) };
  }

  /** A GET whose path and headers go out exactly as they are given. */
  async callVerbatim(path: string, given: Record<string, string> = {}): Promise<number | undefined> {
    const headers = { authorization: await this.token(), "x-api-key": this.key.outputs.value as string, ...given };
    const { hostname, port } = new URL(this.stage.outputs.invokeUrl as string);
    const ca = readFileSync(this.cloud.certificates.caFile, "utf8");
    return await new Promise((resolve, reject) => {
      const sent = get({ hostname, port, path: `/v1${path}`, headers, ca, agent: false }, (reply) => {
        reply.resume().on("end", () => resolve(reply.statusCode));
      });
      sent.on("error", reject);
    });
  }

  /** Changes a resource in place; the changes are laid over the inputs it has. */
  change(resource: MadeResource, changes: Properties): Promise<MadeResource> {
    return this.resources.update(resource, { ...resource.inputs, ...changes });
  }

  /** Changes the body, deploys it and points the stage at the new deployment, in the engine's order. */
  async redeploy(body: Properties): Promise<void> {
    this.api = await this.change(this.api, { body: JSON.stringify(body) });
    const before = this.deployment;
    this.deployment = await this.resources.create(DEPLOYMENT, "next", { restApi: this.api.id, triggers: { body } });
    this.stage = await this.change(this.stage, { deployment: this.deployment.id });
    await this.resources.remove(before);
  }

  upstreamConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#upstream?.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async close(): Promise<void> {
    await this.agent.close();
    await this.cloud.close();
    await this.stopUpstream();
  }

  async stopUpstream(): Promise<void> {
    const server = this.#upstream;
    this.#upstream = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  async #listenUpstream(): Promise<void> {
    const { cert, key } = await this.cloud.certificates.issue([SERVICE_HOST]);
    const server = createServer({ cert, key }, (incoming, outgoing) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
        const { method = "", url = "", headers } = incoming;
        const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.received.push(received);
        const { status, headers: answered, body } = await this.answer(received);
        outgoing.writeHead(status, answered).end(body);
      })();
    });
    this.#upstream = server;
    this.address = { host: "127.0.0.1", port: await listen(server, 0) };
  }
}
