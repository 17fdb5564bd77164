import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import Provider, { errors, type GrantContext } from "oidc-provider";
import { accessTokenSeconds, signAccessToken } from "./access-token.ts";
import type { SigningKey } from "./signing-keys.ts";

export const TOKEN_PATH = "/oauth2/token";
export const AUTHORIZE_PATH = "/oauth2/authorize";

const ALLOWED_SCOPES = "cognito:allowed_scopes";
const ACCESS_TOKEN_SECONDS = "cognito:access_token_seconds";

export interface TokenIssuerOptions {
  readonly issuer: string;
  readonly poolId: string;
  readonly key: SigningKey;
  readonly sdk: CognitoIdentityProviderClient;
  /** Whether a client comes in with this secret; `first` is the one it was made with. */
  readonly opens: (clientId: string, first: string, given: string) => boolean;
  readonly log: (message: string) => void;
}

/** OAuth protocol of one user pool: discovery, keys and the client-credentials grant. */
export function tokenIssuer(
  options: TokenIssuerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { issuer, poolId, key, sdk } = options;
  const signingJwk = { ...key.privateKey.export({ format: "jwk" }), kid: key.kid, alg: "RS256", use: "sig" };
  const provider = new Provider(issuer, {
    adapter: adapterFor((clientId) => findClient(sdk, poolId, clientId)),
    jwks: { keys: [signingJwk] },
    clientAuthMethods: ["client_secret_basic", "client_secret_post"],
    extraClientMetadata: { properties: [ALLOWED_SCOPES, ACCESS_TOKEN_SECONDS], validator: () => undefined },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    scopes: ["openid"],
    responseTypes: ["code"],
    routes: { authorization: AUTHORIZE_PATH, token: TOKEN_PATH, jwks: "/.well-known/jwks.json" },
    cookies: { keys: [key.kid] },
    clientBasedCORS: () => false,
  });
  // The library knows one secret a client; while one follows the other, a client of ours has two.
  provider.Client.prototype.compareClientSecret = function (given) {
    return options.opens(this.clientId, this.clientSecret as string, given);
  };
  // Only the kind of failure: the library's messages and contexts may quote what the client sent.
  provider.on("server_error", (_context, error) =>
    options.log(`cognito ${poolId}: token endpoint failed with ${error.name}: ${error.message}`),
  );
  provider.registerGrantType("client_credentials", (context) => grantClientCredentials(context, issuer, key), [
    "scope",
  ]);
  return provider.callback();
}

/** Without a requested scope, Cognito grants every scope the client is allowed. */
async function grantClientCredentials(context: GrantContext, issuer: string, key: SigningKey): Promise<void> {
  const { client, params } = context.oidc;
  const allowed = client[ALLOWED_SCOPES] as readonly string[];
  const scopes = params.scope ? [...new Set(params.scope.split(" "))] : allowed;
  for (const scope of scopes) {
    if (!allowed.includes(scope)) throw new errors.InvalidScope("the client is not allowed this scope", scope);
  }
  const lifeSeconds = client[ACCESS_TOKEN_SECONDS] as number;
  const facts = { issuer, clientId: client.clientId, scopes, issuedAt: new Date(), lifeSeconds };
  context.body = { access_token: await signAccessToken(facts, key), expires_in: lifeSeconds, token_type: "Bearer" };
}

/** Client as the user-pool API holds it at this moment: a changed secret or scope counts from the next request on. */
async function findClient(
  sdk: CognitoIdentityProviderClient,
  poolId: string,
  clientId: string,
): Promise<Record<string, unknown> | undefined> {
  if (!/^[a-z0-9]{1,128}$/.test(clientId)) return undefined;
  const client = await describeClient(sdk, poolId, clientId);
  if (client?.ClientSecret === undefined || client.ClientSecret === "") return undefined;
  const machine =
    client.AllowedOAuthFlowsUserPoolClient === true && client.AllowedOAuthFlows?.includes("client_credentials");
  return {
    client_id: clientId,
    client_secret: client.ClientSecret,
    grant_types: machine ? ["client_credentials"] : [],
    response_types: [],
    redirect_uris: [],
    [ALLOWED_SCOPES]: client.AllowedOAuthScopes ?? [],
    [ACCESS_TOKEN_SECONDS]: accessTokenSeconds(client.AccessTokenValidity, client.TokenValidityUnits?.AccessToken),
  };
}

async function describeClient(sdk: CognitoIdentityProviderClient, poolId: string, clientId: string) {
  try {
    const { UserPoolClient } = await sdk.send(
      new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId }),
    );
    return UserPoolClient;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * What the library stores and finds. Client credentials need clients alone; sessions, codes and refresh tokens
 * get their store together with the code grant.
 */
function adapterFor(find: (clientId: string) => Promise<Record<string, unknown> | undefined>) {
  return (model: string) => ({
    find: async (id: string) => {
      if (model !== "Client")
        throw new Error(`The token issuer stores no ${model}: only the client-credentials grant is built.`);
      return await find(id);
    },
  });
}
