// What Cognito refuses by looking at one resource's inputs, in Cognito's words where they are known.
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { checkSignIn } from "./client-checks.ts";

const NAME = /^[\w\s+=,.@-]{1,128}$/;
const DOMAIN_PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVER_IDENTIFIER = /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/;
const SCOPE_NAME = /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$/;
const TIERS = ["LITE", "ESSENTIALS", "PLUS"];

const isText = (value: unknown): value is string => typeof value === "string";
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function nameFailure(property: string, value: unknown): CheckFailure[] {
  if (!isText(value) || NAME.test(value)) return [];
  return [{ property, reason: `"${value}" is not 1 to 128 characters of letters, digits, white space and _+=,.@-` }];
}

export function checkUserPool(inputs: Properties): readonly CheckFailure[] {
  const failures = nameFailure("name", inputs.name);
  const tier: unknown = inputs.userPoolTier ?? "ESSENTIALS";
  if (isText(tier) && !TIERS.includes(tier)) {
    failures.push({ property: "userPoolTier", reason: `"${tier}" is none of ${TIERS.join(", ")}` });
  }
  const securityMode: unknown = inputs.userPoolAddOns?.advancedSecurityMode;
  if (isText(tier) && tier !== "PLUS" && isText(securityMode) && securityMode !== "OFF") {
    failures.push({
      property: "userPoolAddOns",
      reason: `Threat protection (advancedSecurityMode "${securityMode}") is not available in the ${tier} tier; it needs PLUS, or "OFF"`,
    });
  }
  const customMode: unknown = inputs.userPoolAddOns?.advancedSecurityAdditionalFlows?.customAuthMode;
  if (isText(customMode) && !["AUDIT", "ENFORCED"].includes(customMode)) {
    failures.push({
      property: "userPoolAddOns",
      reason: `customAuthMode "${customMode}" is neither AUDIT nor ENFORCED`,
    });
  }
  if (isText(customMode) && securityMode === "OFF") {
    failures.push({
      property: "userPoolAddOns",
      reason: "Threat protection of custom authentication needs threat protection: advancedSecurityMode is OFF",
    });
  }
  const secondFactors = [
    "softwareTokenMfaConfiguration",
    "smsConfiguration",
    "emailMfaConfiguration",
    "webAuthnConfiguration",
  ];
  const mfa: unknown = inputs.mfaConfiguration;
  if ((mfa === "ON" || mfa === "OPTIONAL") && secondFactors.every((factor) => inputs[factor] === undefined)) {
    failures.push({
      property: "mfaConfiguration",
      reason: "Invalid MFA configuration given, at least one MFA method has to be configured",
    });
  }
  const policy: Properties = inputs.passwordPolicy ?? {};
  failures.push(...rangeFailure("passwordPolicy", "minimumLength", policy.minimumLength, 6, 99));
  failures.push(...rangeFailure("passwordPolicy", "passwordHistorySize", policy.passwordHistorySize, 0, 24));
  return failures;
}

function rangeFailure(property: string, field: string, value: unknown, min: number, max: number): CheckFailure[] {
  if (typeof value !== "number" || (value >= min && value <= max)) return [];
  return [{ property, reason: `${field} ${value} is outside ${min} to ${max}` }];
}

export function checkUserPoolDomain(inputs: Properties): readonly CheckFailure[] {
  if (inputs.certificateArn !== undefined) {
    return [
      {
        property: "certificateArn",
        reason:
          "custom domains of user pools are not served by the local cloud; leave certificateArn out to use a prefix domain",
      },
    ];
  }
  const domain: unknown = inputs.domain;
  if (!isText(domain)) return [];
  if (!DOMAIN_PREFIX.test(domain)) {
    return [
      {
        property: "domain",
        reason: `"${domain}" is not 1 to 63 lower-case letters, digits and hyphens, without a hyphen at either end`,
      },
    ];
  }
  const reserved = ["aws", "amazon", "cognito"].find((word) => domain.includes(word));
  return reserved === undefined
    ? []
    : [{ property: "domain", reason: `Domain cannot contain reserved word: ${reserved}` }];
}

export function checkResourceServer(inputs: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { identifier, name, scopes } = inputs;
  if (isText(identifier) && !SERVER_IDENTIFIER.test(identifier)) {
    failures.push({
      property: "identifier",
      reason: `"${identifier}" is not 1 to 256 printable characters without space, quote and backslash`,
    });
  }
  if (isText(name) && !/^[\w\s+=,.@-]{1,256}$/.test(name)) {
    failures.push({
      property: "name",
      reason: `"${name}" is not 1 to 256 characters of letters, digits, white space and _+=,.@-`,
    });
  }
  if (!isList(scopes)) return failures;
  if (scopes.length > 100)
    failures.push({
      property: "scopes",
      reason: `${scopes.length} scopes are more than the 100 a resource server may have`,
    });
  const names = scopes.map((scope) => (scope as Properties).scopeName as unknown).filter(isText);
  for (const bad of names.filter((scopeName) => !SCOPE_NAME.test(scopeName))) {
    failures.push({
      property: "scopes",
      reason: `scope name "${bad}" is not 1 to 256 printable characters without space, quote, slash and backslash`,
    });
  }
  for (const twice of new Set(names.filter((scopeName, index) => names.indexOf(scopeName) !== index))) {
    failures.push({ property: "scopes", reason: `scope name "${twice}" is given twice` });
  }
  return failures;
}

export function checkUserPoolClient(inputs: Properties): readonly CheckFailure[] {
  return [
    ...nameFailure("name", inputs.name),
    ...checkOauthFlows(inputs),
    ...checkAuthFlows(inputs),
    ...checkValidity(inputs),
    ...checkSignIn(inputs),
  ];
}

function checkOauthFlows(inputs: Properties): CheckFailure[] {
  const flows: unknown = inputs.allowedOauthFlows;
  if (!isList(flows)) return [];
  const failures: CheckFailure[] = [];
  const refuse = (reason: string) => failures.push({ property: "allowedOauthFlows", reason });
  if (flows.includes("client_credentials")) {
    if (flows.includes("code") || flows.includes("implicit")) {
      refuse("client_credentials flow can not be selected along with code flow or implicit flow");
    }
    if (inputs.generateSecret !== true && typeof inputs.generateSecret !== "symbol") {
      refuse("client_credentials flow can not be selected if client does not have a client secret");
    }
    const scopes: unknown = inputs.allowedOauthScopes;
    if (scopes === undefined || (isList(scopes) && scopes.length === 0)) {
      failures.push({
        property: "allowedOauthScopes",
        reason: "AllowedOAuthFlows and AllowedOAuthScopes are required together",
      });
    }
    if (isList(scopes) && scopes.some((scope) => isText(scope) && BUILT_IN_SCOPES.includes(scope))) {
      failures.push({
        property: "allowedOauthScopes",
        reason: "client_credentials flow can be used with custom scopes only, those of a resource server",
      });
    }
  }
  if (flows.includes("code") && inputs.callbackUrls === undefined) refuse("code flow needs at least one callback URL");
  return failures;
}

/** Scopes that need no resource server. */
export const BUILT_IN_SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

function checkAuthFlows(inputs: Properties): CheckFailure[] {
  const flows: unknown = inputs.explicitAuthFlows;
  if (!isList(flows)) return [];
  const failures: CheckFailure[] = [];
  const named = flows.filter(isText);
  if (named.some((flow) => flow.startsWith("ALLOW_")) && named.some((flow) => !flow.startsWith("ALLOW_"))) {
    failures.push({
      property: "explicitAuthFlows",
      reason: "flows with and without the prefix ALLOW_ can not be mixed",
    });
  }
  if (named.includes("ALLOW_REFRESH_TOKEN_AUTH") && inputs.refreshTokenRotation?.feature === "ENABLED") {
    failures.push({
      property: "explicitAuthFlows",
      reason: "ALLOW_REFRESH_TOKEN_AUTH can not be selected when refresh token rotation is enabled",
    });
  }
  return failures;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const VALIDITIES = [
  { property: "accessTokenValidity", unit: "accessToken", unitDefault: "hours", minSeconds: 300, maxSeconds: 86_400 },
  { property: "idTokenValidity", unit: "idToken", unitDefault: "hours", minSeconds: 300, maxSeconds: 86_400 },
  {
    property: "refreshTokenValidity",
    unit: "refreshToken",
    unitDefault: "days",
    minSeconds: 3600,
    maxSeconds: 315_360_000,
  },
];

function checkValidity(inputs: Properties): CheckFailure[] {
  return VALIDITIES.flatMap(({ property, unit, unitDefault, minSeconds, maxSeconds }) => {
    const value: unknown = inputs[property];
    const named: unknown = inputs.tokenValidityUnits?.[unit] ?? unitDefault;
    if (typeof value !== "number" || !isText(named)) return [];
    const secondsPerUnit = UNIT_SECONDS[named];
    if (secondsPerUnit === undefined)
      return [
        { property: "tokenValidityUnits", reason: `"${named}" is none of ${Object.keys(UNIT_SECONDS).join(", ")}` },
      ];
    const seconds = value * secondsPerUnit;
    if (seconds >= minSeconds && seconds <= maxSeconds) return [];
    return [{ property, reason: `${value} ${named} is outside ${minSeconds} to ${maxSeconds} seconds` }];
  });
}
