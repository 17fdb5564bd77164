/** Decides whether a bearer token is an access token of our issuer, for us, now (AUTHN-3 to AUTHN-5). */
import { createHash } from "node:crypto";
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from "jose";
import type { IssuerKeys } from "./issuer-keys.ts";

export interface TokenRules {
  readonly issuer: string;
  /** `srs/`; the part before the slash is the API's own name, which is the audience a token may carry. */
  readonly scopePrefix: string;
}

export interface AccessToken {
  readonly clientId: string;
  readonly principalId: string;
  /** Without the prefix; scopes of other resource servers are left out. */
  readonly scopes: readonly string[];
}

/** Why a token was refused: for the audit log. The caller learns no more than that it was. */
export type TokenFault =
  | "token-missing"
  | "token-too-large"
  | "token-malformed"
  | "token-algorithm"
  | "token-type"
  | "token-key-unknown"
  | "token-signature"
  | "token-expired"
  | "token-not-yet-valid"
  | "token-lifetime"
  | "token-issuer"
  | "token-audience"
  | "token-claims";

export class TokenRefused extends Error {
  readonly fault: TokenFault;
  constructor(fault: TokenFault) {
    super(fault);
    this.name = "TokenRefused";
    this.fault = fault;
  }
}

const ALGORITHMS = ["ES256", "RS256", "PS256"];
const TYPES = ["at+jwt", "jwt"];
const TOKEN_BYTES_MAX = 8 * 1024;
const SKEW_SECONDS = 30;
const CLIENT_LIFETIME_SECONDS_MAX = 3_600;

export async function verifyToken(
  token: string,
  rules: TokenRules,
  keys: IssuerKeys,
  now = new Date(),
): Promise<AccessToken & { expiresAt: number }> {
  if (token.length > TOKEN_BYTES_MAX) throw new TokenRefused("token-too-large");
  const { alg, kid, typ } = headerOf(token);
  // Before any key is looked up: `none`, HMAC and the rest are refused whatever key they name.
  if (!ALGORITHMS.includes(alg)) throw new TokenRefused("token-algorithm");
  // Cognito sets no type; `token_use` says there that it is an access token.
  if (typ !== undefined && !TYPES.includes(typ.toLowerCase())) throw new TokenRefused("token-type");
  if (kid === undefined) throw new TokenRefused("token-key-unknown");
  const key = await keys.find(kid, alg);
  if (key === undefined) throw new TokenRefused("token-key-unknown");
  let claims: JWTPayload;
  try {
    const options = { algorithms: ALGORITHMS, clockTolerance: SKEW_SECONDS, currentDate: now };
    claims = (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    throw new TokenRefused(faultOf(error));
  }
  return accessTokenOf(claims, rules, now);
}

function accessTokenOf(claims: JWTPayload, rules: TokenRules, now: Date): AccessToken & { expiresAt: number } {
  const { iss, aud, exp, iat, sub, jti, client_id: clientId, scope, token_use: use } = claims;
  if (iss !== rules.issuer) throw new TokenRefused("token-issuer");
  // This issuer's client tokens carry no audience: the client's agreement stands in for it. One that names another
  // audience, as an ID token does, is not for us.
  const audience = rules.scopePrefix.replace(/\/$/, "");
  if (aud !== undefined && ![aud].flat().includes(audience)) throw new TokenRefused("token-audience");
  if (use !== undefined && use !== "access") throw new TokenRefused("token-type");
  if (exp === undefined || iat === undefined) throw new TokenRefused("token-claims");
  if (iat > now.getTime() / 1000 + SKEW_SECONDS) throw new TokenRefused("token-not-yet-valid");
  if (exp - iat > CLIENT_LIFETIME_SECONDS_MAX) throw new TokenRefused("token-lifetime");
  if (!isText(sub) || !isText(jti) || !isText(clientId) || !isText(scope)) throw new TokenRefused("token-claims");
  const scopes = scope
    .split(" ")
    .filter((each) => each.startsWith(rules.scopePrefix))
    .map((each) => each.slice(rules.scopePrefix.length));
  return { clientId, principalId: sub, scopes, expiresAt: exp * 1000 };
}

function headerOf(token: string): { alg: string; kid: string | undefined; typ: string | undefined } {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(token);
    return { alg: alg ?? "", kid, typ };
  } catch {
    throw new TokenRefused("token-malformed");
  }
}

function faultOf(error: unknown): TokenFault {
  const code = (error as { code?: string }).code;
  if (code === "ERR_JWT_EXPIRED") return "token-expired";
  if (code === "ERR_JWS_SIGNATURE_VERIFICATION_FAILED") return "token-signature";
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED" && (error as { claim?: string }).claim === "nbf")
    return "token-not-yet-valid";
  return "token-malformed";
}

function isText(claim: unknown): claim is string {
  return typeof claim === "string" && claim.length > 0 && claim.length <= 2048 && !claim.includes("\0");
}

/** Remembers verified tokens for a minute, by hash: a signature check costs more than the rest of a cached read. */
export class TokenVerifier {
  readonly #rules: TokenRules;
  readonly #keys: IssuerKeys;
  readonly #verified = new Map<string, { token: AccessToken; until: number }>();

  constructor(rules: TokenRules, keys: IssuerKeys) {
    this.#rules = rules;
    this.#keys = keys;
  }

  /** @throws {TokenRefused} */
  async verify(token: string): Promise<AccessToken> {
    const hash = createHash("sha256").update(token).digest("base64");
    const known = this.#verified.get(hash);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const { expiresAt, ...verified } = await verifyToken(token, this.#rules, this.#keys);
    // The skew that lets a token in after its expiry is not remembered.
    const until = Math.min(expiresAt, Date.now() + REMEMBERED_FOR_MS);
    this.#verified.delete(hash);
    if (until > Date.now()) this.#verified.set(hash, { token: verified, until });
    if (this.#verified.size > REMEMBERED_MAX) this.#verified.delete(this.#verified.keys().next().value!);
    return verified;
  }
}

const REMEMBERED_FOR_MS = 60_000;
const REMEMBERED_MAX = 50_000;
