import { decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import type { CognitoService, TokenVerification } from "../cognito/index.ts";
import { GatewayRefusal } from "./gateway-responses.ts";
import type { AuthorizerDefinition } from "./method-definition.ts";

/** @returns the claims of a valid token of one of the authorizer's pools; throws 401 for anything else */
export async function authenticate(
  authorizer: AuthorizerDefinition,
  headerValue: string | undefined,
  cognito: CognitoService,
): Promise<JWTPayload> {
  const token = headerValue?.replace(/^Bearer +/i, "").trim();
  if (token === undefined || token === "") throw unauthorized();
  const pools = await Promise.all(authorizer.userPoolArns.map((arn) => cognito.verificationOf(arn)));
  const claims = await verifiedClaims(token, pools);
  // Scopes make the authorizer want an access token; without them it wants an identity token.
  if (claims.token_use !== (authorizer.scopes.length > 0 ? "access" : "id")) throw unauthorized();
  return claims;
}

/** One of the method's scopes is enough; none of them is 403. */
export function requireScope({ scopes }: AuthorizerDefinition, claims: JWTPayload): void {
  const granted = typeof claims.scope === "string" ? claims.scope.split(" ") : [];
  if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
    throw new GatewayRefusal("ACCESS_DENIED", "Access Denied");
  }
}

async function verifiedClaims(token: string, pools: readonly (TokenVerification | undefined)[]): Promise<JWTPayload> {
  if (pools.every((pool) => pool === undefined)) {
    throw new GatewayRefusal("AUTHORIZER_CONFIGURATION_ERROR", "Internal server error");
  }
  try {
    const issuer = decodeJwt(token).iss;
    const pool = pools.find((candidate) => candidate?.issuer === issuer);
    if (pool === undefined) throw unauthorized();
    const { payload } = await jwtVerify(token, ({ kid }) => keyOf(pool, kid), {
      issuer: pool.issuer,
      algorithms: ["RS256"],
      requiredClaims: ["exp", "iat", "sub", "token_use"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthorized("The incoming token has expired");
    throw unauthorized();
  }
}

function keyOf(pool: TokenVerification, kid: string | undefined) {
  const key = pool.keys.get(kid ?? "");
  if (key === undefined) throw unauthorized();
  return key;
}

const unauthorized = (message = "Unauthorized") => new GatewayRefusal("UNAUTHORIZED", message);
