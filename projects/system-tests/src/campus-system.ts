/** A campus system as it would be written by its own developers: discovery, client credentials, API key, HTTP. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Agent, fetch } from "undici";
import type { Deployment, Operator } from "./deployment.ts";

export interface Student {
  readonly id: string;
  readonly campusIds: readonly string[];
  readonly person: { readonly personalEmail: string | null; readonly legalName: { readonly family: string } };
}

/** What a reply may hold: a problem, a page or a student. */
export interface Body extends Partial<Student> {
  readonly type?: string;
  readonly data?: readonly Student[];
  readonly page?: { readonly next: string | null };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes, as text. */
  readonly text: string;
  /** Undefined when the reply is not JSON. */
  readonly body: Body | undefined;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Leaves the token or the key out, or sends another. */
  readonly token?: string | null;
  readonly apiKey?: string | null;
}

/** What onboarding hands to a campus system. The values stay in memory. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
}

/** Fetches a system's registration from its secret, as the person who onboards it does. */
export async function registrationOf({ compute, operator }: Deployment, system: string): Promise<Registration> {
  const { endpoint, region, credentials } = operator;
  const secretArn = compute.identity.clientSecretArns[system];
  if (secretArn === undefined) {
    throw new Error(
      `${system} is no registered campus system. Registered: ${Object.keys(compute.identity.clientSecretArns).join(", ")}`,
    );
  }
  const secrets = new SecretsManagerClient({ endpoint, region, credentials });
  const { SecretString = "{}" } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  secrets.destroy();
  const { clientId, clientSecret, apiKey } = JSON.parse(SecretString) as Partial<Registration>;
  if (!clientId || !clientSecret || !apiKey)
    throw new Error(`The secret of ${system} holds no client secret or API key.`);
  return { clientId, clientSecret, apiKey };
}

export class CampusSystem {
  readonly #baseUrl: string;
  readonly #issuer: string;
  readonly #agent: Agent;
  readonly #registration: Registration;
  #token: string | undefined;

  private constructor(deployment: Deployment, registration: Registration) {
    this.#baseUrl = deployment.compute.api.baseUrl;
    this.#issuer = deployment.compute.identity.issuer;
    this.#agent = agentFor(deployment.operator);
    this.#registration = registration;
  }

  static async register(deployment: Deployment, system: string): Promise<CampusSystem> {
    return new CampusSystem(deployment, await registrationOf(deployment, system));
  }

  /** A fresh access token; undefined scopes ask for all the client may have. */
  async requestToken(scopes?: readonly string[]): Promise<string> {
    const { clientId, clientSecret } = this.#registration;
    const discovery = await fetch(`${this.#issuer}/.well-known/openid-configuration`, { dispatcher: this.#agent });
    const { token_endpoint: tokenEndpoint } = (await discovery.json()) as { token_endpoint: string };
    const reply = await fetch(tokenEndpoint, {
      method: "POST",
      dispatcher: this.#agent,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        ...(scopes ? { scope: scopes.join(" ") } : {}),
      }).toString(),
    });
    const answer = (await reply.json()) as { access_token?: string; error?: string };
    if (!answer.access_token) throw new Error(`The issuer gave no token: HTTP ${reply.status} ${answer.error ?? ""}`);
    return answer.access_token;
  }

  /** One request to the gateway; `path` starts below the base URL (`/students`). */
  async call(path: string, call: Call = {}): Promise<Reply> {
    const token = call.token === undefined ? (this.#token ??= await this.requestToken()) : call.token;
    const apiKey = call.apiKey === undefined ? this.#registration.apiKey : call.apiKey;
    const reply = await fetch(`${this.#baseUrl}${path}`, {
      method: call.method ?? "GET",
      dispatcher: this.#agent,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(apiKey === null ? {} : { "x-api-key": apiKey }),
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await reply.text();
    const isJson = (reply.headers.get("content-type") ?? "").includes("json");
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      text,
      body: isJson ? (JSON.parse(text) as Body) : undefined,
    };
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }
}

/** Verifies every certificate against the stack's own authority. */
export function agentFor(operator: Operator): Agent {
  return new Agent({ connect: { ca: operator.ca }, connections: 64 });
}
