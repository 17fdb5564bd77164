/** Software that asks for tokens: campus systems by their own secret, the console on behalf of who signs in. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import type { CampusSystem } from "./campus-system.ts";
import { SCOPE_PREFIX } from "./names.ts";

export interface ClientPlace {
  readonly userPoolId: pulumi.Input<string>;
  readonly parent: pulumi.Resource;
  /** A scope, and a provider of identities, has to exist before a client may name it. */
  readonly dependsOn: readonly pulumi.Resource[];
}

const scopesOf = (scopes: readonly string[]): string[] => scopes.map((scope) => SCOPE_PREFIX + scope);

/** One for each campus system. Cognito makes its secret; where it is kept is told by client-credentials.ts. */
export function machineClient(
  { settings }: Config,
  system: CampusSystem,
  { userPoolId, parent, dependsOn }: ClientPlace,
): aws.cognito.UserPoolClient {
  return new aws.cognito.UserPoolClient(
    system.name,
    {
      name: settings.name(system.name, "cognito"),
      userPoolId,
      generateSecret: true,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: scopesOf(system.scopes),
      accessTokenValidity: 60,
      tokenValidityUnits: { accessToken: "minutes" },
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
      // An empty list would mean all password flows.
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
    },
    { parent, dependsOn: [...dependsOn] },
  );
}

/**
 * The console runs in browsers, so it has no secret: it signs people in by code, and proves by PKCE that the code is its
 * own. Cognito does not insist on PKCE; the console always sends it.
 *
 * @param provider  of identities; without one, the pool's own directory
 */
export function consoleClient(
  { settings, domain, artifacts }: Config,
  provider: pulumi.Input<string> | undefined,
  { userPoolId, parent, dependsOn }: ClientPlace,
): aws.cognito.UserPoolClient {
  const console = `https://console.${domain}`;
  return new aws.cognito.UserPoolClient(
    "console",
    {
      name: settings.name("console", "cognito"),
      userPoolId,
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "profile", ...scopesOf(artifacts.apiScopes)],
      callbackUrls: [`${console}/signed-in`],
      defaultRedirectUri: `${console}/signed-in`,
      logoutUrls: [`${console}/`],
      supportedIdentityProviders: [provider ?? "COGNITO"],
      accessTokenValidity: 15,
      idTokenValidity: 15,
      // A working day: each use gives a new one, and the old one dies.
      refreshTokenValidity: 8,
      tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "hours" },
      refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: 10 },
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
      // Rotation takes the place of ALLOW_REFRESH_TOKEN_AUTH, and Cognito refuses both together.
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
    },
    { parent, dependsOn: [...dependsOn] },
  );
}
