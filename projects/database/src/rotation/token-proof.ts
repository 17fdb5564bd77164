/** Proof of a client secret: the token endpoint gives a token for it. */
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { ClientCredentials } from "./client-secret.ts";
import type { ClientSecretAge } from "./decisions.ts";
import { pollUntil } from "./poll.ts";

const ANSWER_WITHIN_MS = 5_000;
const PROVED_WITHIN_MS = 20_000;
const Discovery = Type.Object({ token_endpoint: Type.String({ pattern: "^https://" }) });

/** Without an issuer, that the client is there is all that can be said. */
export async function proveClient(
  client: ClientCredentials,
  heldSecrets: () => Promise<readonly ClientSecretAge[]>,
): Promise<void> {
  if (client.issuer === undefined) {
    if ((await heldSecrets()).length === 0) throw new Error(`The client ${client.clientId} has no secret.`);
    return;
  }
  const tokenUrl = await tokenEndpoint(client.issuer);
  await pollUntil(PROVED_WITHIN_MS, async () => {
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64");
    const answer = await fetch(tokenUrl, {
      method: "POST",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    // The body holds a token: it is not looked at.
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    return new Error(`The token endpoint answered ${answer.status} to the client ${client.clientId}.`);
  });
}

async function tokenEndpoint(issuer: string): Promise<string> {
  const url = `${issuer}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const document: unknown = answer.ok ? await answer.json() : undefined;
  if (!Value.Check(Discovery, document)) throw new Error(`${url} names no token endpoint (HTTP ${answer.status}).`);
  return document.token_endpoint;
}
