// Access tokens have Cognito's shape, which is older than RFC 9068: no `aud`, no `typ`, `token_use` and `version` instead.
// The protocol library insists on an audience in its own JWT format, so the token is signed here.
import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { SigningKey } from "./signing-keys.ts";

export interface AccessTokenFacts {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly issuedAt: Date;
  readonly lifeSeconds: number;
}

export function accessTokenClaims(facts: AccessTokenFacts, tokenId: string): Record<string, string | number> {
  const issuedAt = Math.floor(facts.issuedAt.getTime() / 1000);
  return {
    sub: facts.clientId,
    token_use: "access",
    scope: facts.scopes.join(" "),
    auth_time: issuedAt,
    iss: facts.issuer,
    exp: issuedAt + facts.lifeSeconds,
    iat: issuedAt,
    version: 2,
    jti: tokenId,
    client_id: facts.clientId,
  };
}

export async function signAccessToken(facts: AccessTokenFacts, key: SigningKey): Promise<string> {
  return await new SignJWT(accessTokenClaims(facts, randomUUID()))
    .setProtectedHeader({ kid: key.kid, alg: "RS256" })
    .sign(key.privateKey);
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Cognito counts an access token's validity in hours unless the client names a unit; one hour is its default. */
export function accessTokenSeconds(validity: number | undefined, unit: string | undefined): number {
  const seconds = SECONDS_PER_UNIT[unit ?? "hours"];
  if (seconds === undefined)
    throw new Error(`Token validity unit "${unit}" is none of ${Object.keys(SECONDS_PER_UNIT).join(", ")}.`);
  return validity === undefined || validity === 0 ? 3600 : validity * seconds;
}
