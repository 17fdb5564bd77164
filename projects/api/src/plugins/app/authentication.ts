/** Who is calling: a bearer token is verified in full, whatever the gateway has done before (AUTHN-2). */
import type { FastifyInstance } from "fastify";
import type { TokenVerifier } from "../../tokens/verify-token.ts";
import { TokenRefused } from "../../tokens/verify-token.ts";
import { Refusal, UNAUTHENTICATED } from "../../problems/catalogue.ts";

declare module "fastify" {
  interface FastifyRequest {
    tokenScopes: readonly string[];
  }
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

export function authentication(app: FastifyInstance, tokens: TokenVerifier): void {
  app.decorateRequest("tokenScopes");
  app.addHook("onRequest", async (request) => {
    try {
      const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
      if (token === undefined) throw new TokenRefused("token-missing");
      const { clientId, principalId, scopes } = await tokens.verify(token);
      Object.assign(request.context, { clientId, principalId });
      request.tokenScopes = scopes;
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      throw new Refusal(UNAUTHENTICATED, { reason: error.fault });
    }
  });
}
