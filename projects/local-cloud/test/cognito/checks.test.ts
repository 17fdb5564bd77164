import { UNKNOWN } from "../../src/resource-type.ts";
import { accessTokenSeconds } from "../../src/services/cognito/access-token.ts";
import {
  checkResourceServer,
  checkUserPool,
  checkUserPoolClient,
  checkUserPoolDomain,
} from "../../src/services/cognito/checks.ts";
import { checkIdentityProvider } from "../../src/services/cognito/identity-provider.ts";
import { cognitoService } from "../../src/services/cognito/index.ts";
import { Resources } from "../support/resources.ts";
import { startTestCloud } from "../support/test-cloud.ts";

const machine = { generateSecret: true, allowedOauthFlows: ["client_credentials"], allowedOauthScopes: ["srs/read"] };

describe("what Cognito refuses", () => {
  it.each([
    ["a pool name with a slash", checkUserPool({ name: "a/b" }), "name"],
    ["an unknown tier", checkUserPool({ userPoolTier: "GOLD" }), "userPoolTier"],
    [
      "threat protection below PLUS",
      checkUserPool({ userPoolTier: "ESSENTIALS", userPoolAddOns: { advancedSecurityMode: "ENFORCED" } }),
      "userPoolAddOns",
    ],
    ["a second factor that is none", checkUserPool({ mfaConfiguration: "ON" }), "mfaConfiguration"],
    ["a password of five characters", checkUserPool({ passwordPolicy: { minimumLength: 5 } }), "passwordPolicy"],
    ["a domain in capitals", checkUserPoolDomain({ domain: "Campus" }), "domain"],
    ["a domain of 64 characters", checkUserPoolDomain({ domain: "a".repeat(64) }), "domain"],
    ["a domain that looks like AWS's own", checkUserPoolDomain({ domain: "my-aws-login" }), "domain"],
    [
      "a domain with a certificate, which is not served here",
      checkUserPoolDomain({ domain: "login", certificateArn: "arn" }),
      "certificateArn",
    ],
    ["a scope with a slash", checkResourceServer({ scopes: [{ scopeName: "a/b" }] }), "scopes"],
    ["a scope given twice", checkResourceServer({ scopes: [{ scopeName: "a" }, { scopeName: "a" }] }), "scopes"],
    [
      "more than 100 scopes",
      checkResourceServer({ scopes: Array.from({ length: 101 }, (_, n) => ({ scopeName: `s${n}` })) }),
      "scopes",
    ],
    [
      "a guard of custom sign-in without threat protection",
      checkUserPool({
        userPoolAddOns: {
          advancedSecurityMode: "OFF",
          advancedSecurityAdditionalFlows: { customAuthMode: "ENFORCED" },
        },
      }),
      "userPoolAddOns",
    ],
    ["a redirect over plain HTTP", checkUserPoolClient({ callbackUrls: ["http://a.example.edu"] }), "callbackUrls"],
    ["a redirect with a fragment", checkUserPoolClient({ logoutUrls: ["https://a.example.edu/#a"] }), "logoutUrls"],
    [
      "a default redirect that is none of them",
      checkUserPoolClient({ callbackUrls: ["https://a.example.edu"], defaultRedirectUri: "https://b.example.edu" }),
      "defaultRedirectUri",
    ],
    ["a sign-in flow it does not know", checkUserPoolClient({ explicitAuthFlows: ["ALLOW_ALL"] }), "explicitAuthFlows"],
    [
      "a minute and a second of grace",
      checkUserPoolClient({ refreshTokenRotation: { feature: "ENABLED", retryGracePeriodSeconds: 61 } }),
      "refreshTokenRotation",
    ],
    ["a provider's name with a space", checkIdentityProvider({ providerName: "our university" }), "providerName"],
    ["a provider of no known kind", checkIdentityProvider({ providerType: "LDAP" }), "providerType"],
    [
      "a SAML provider without metadata",
      checkIdentityProvider({ providerType: "SAML", providerDetails: {} }),
      "providerDetails",
    ],
    [
      "metadata over plain HTTP",
      checkIdentityProvider({ providerType: "SAML", providerDetails: { MetadataURL: "http://sso.example.edu" } }),
      "providerDetails",
    ],
    [
      "client credentials beside the code flow",
      checkUserPoolClient({
        ...machine,
        allowedOauthFlows: ["client_credentials", "code"],
        callbackUrls: ["https://a.example.edu"],
      }),
      "allowedOauthFlows",
    ],
    [
      "client credentials without a secret",
      checkUserPoolClient({ ...machine, generateSecret: false }),
      "allowedOauthFlows",
    ],
    [
      "client credentials without a scope",
      checkUserPoolClient({ ...machine, allowedOauthScopes: [] }),
      "allowedOauthScopes",
    ],
    [
      "client credentials for a person's scope",
      checkUserPoolClient({ ...machine, allowedOauthScopes: ["openid"] }),
      "allowedOauthScopes",
    ],
    ["the code flow without a callback", checkUserPoolClient({ allowedOauthFlows: ["code"] }), "allowedOauthFlows"],
    [
      "refresh tokens that rotate and that do not",
      checkUserPoolClient({
        explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
        refreshTokenRotation: { feature: "ENABLED" },
      }),
      "explicitAuthFlows",
    ],
    [
      "flows of two generations",
      checkUserPoolClient({ explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH"] }),
      "explicitAuthFlows",
    ],
    [
      "an access token of four minutes",
      checkUserPoolClient({ accessTokenValidity: 4, tokenValidityUnits: { accessToken: "minutes" } }),
      "accessTokenValidity",
    ],
    ["an access token of two days", checkUserPoolClient({ accessTokenValidity: 48 }), "accessTokenValidity"],
  ])("%s", (_what, failures, property) => {
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });

  it("is nothing about what is right", () => {
    const pool = {
      name: "records",
      userPoolTier: "PLUS",
      userPoolAddOns: { advancedSecurityMode: "ENFORCED" },
      mfaConfiguration: "ON",
      softwareTokenMfaConfiguration: { enabled: true },
      passwordPolicy: { minimumLength: 14 },
    };
    expect(checkUserPool(pool)).toEqual([]);
    expect(checkUserPoolDomain({ domain: "srs-local-000000000000" })).toEqual([]);
    expect(
      checkResourceServer({
        identifier: "https://purl.imsglobal.org/spec/or/v1p2/scope",
        scopes: [{ scopeName: "roster.readonly" }],
      }),
    ).toEqual([]);
    expect(
      checkUserPoolClient({ ...machine, accessTokenValidity: 60, tokenValidityUnits: { accessToken: "minutes" } }),
    ).toEqual([]);
  });

  it("is nothing about what a preview does not know yet", () => {
    const names = [
      "name",
      "userPoolTier",
      "userPoolAddOns",
      "passwordPolicy",
      "domain",
      "scopes",
      "identifier",
      "allowedOauthFlows",
      "allowedOauthScopes",
      "explicitAuthFlows",
      "tokenValidityUnits",
      "accessTokenValidity",
    ];
    const unknown = Object.fromEntries(names.map((name) => [name, UNKNOWN]));
    for (const check of [checkUserPool, checkUserPoolDomain, checkResourceServer, checkUserPoolClient])
      expect(check(unknown)).toEqual([]);
    expect(checkUserPoolClient({ ...machine, generateSecret: UNKNOWN, allowedOauthScopes: UNKNOWN })).toEqual([]);
  });

  it("includes a client whose scope or provider is not there, and nothing is left of it", async () => {
    const cloud = await startTestCloud([cognitoService]);
    try {
      const resources = new Resources(cloud);
      const pool = await resources.create("aws:cognito/userPool:UserPool", "pool", {});
      const client = resources.create("aws:cognito/userPoolClient:UserPoolClient", "client", {
        userPoolId: pool.id,
        ...machine,
      });
      await expect(client).rejects.toThrow("Invalid scope requested: srs/read");
      const console = {
        userPoolId: pool.id,
        allowedOauthFlows: ["code"],
        callbackUrls: ["https://console.example.edu/signed-in"],
        supportedIdentityProviders: ["university"],
      };
      const type = "aws:cognito/userPoolClient:UserPoolClient";
      await expect(resources.create(type, "console", console)).rejects.toThrow(
        "The provider university does not exist",
      );
      expect(cloud.account.ofType("aws:cognito/userPoolClient:UserPoolClient")).toEqual([]);
      const provider = {
        userPoolId: pool.id,
        providerName: "university",
        providerType: "SAML",
        providerDetails: { MetadataURL: "https://sso.example.edu/metadata" },
      };
      const made = await resources.create("aws:cognito/identityProvider:IdentityProvider", "university", provider);
      expect(made.id).toBe(`${pool.id}:university`);
      await resources.create(type, "console", console);
    } finally {
      await cloud.close();
    }
  }, 60_000);
});

it.each([
  [undefined, undefined, 3600],
  [0, "minutes", 3600],
  [2, undefined, 7200],
  [15, "minutes", 900],
  [1, "days", 86_400],
])("an access token of %p %p lives %d seconds", (validity, unit, seconds) => {
  expect(accessTokenSeconds(validity, unit)).toBe(seconds);
});
