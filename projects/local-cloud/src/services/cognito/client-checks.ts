/** What Cognito refuses about the settings of a client that people sign in through. */
import { known } from "../../known.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";

const FLOWS = [
  ...["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"],
  ...["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
  ...["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"],
];
const GRACE_SECONDS_MAX = 60;

export function checkSignIn(inputs: Properties): CheckFailure[] {
  const found: CheckFailure[] = [];
  const refuse = (property: string, reason: string) => found.push({ property, reason });
  const strings = (property: string): readonly string[] =>
    (Array.isArray(inputs[property]) ? (inputs[property] as unknown[]) : []).filter(
      (value): value is string => typeof value === "string",
    );
  for (const flow of strings("explicitAuthFlows").filter((each) => !FLOWS.includes(each)))
    refuse("explicitAuthFlows", `InvalidParameterException: "${flow}" is none of ${FLOWS.join(", ")}`);
  for (const property of ["callbackUrls", "logoutUrls"]) {
    for (const url of strings(property).filter((each) => !isRedirect(each)))
      refuse(property, `InvalidParameterException: ${url} is not an absolute https address without a fragment`);
  }
  const { defaultRedirectUri, refreshTokenRotation, preventUserExistenceErrors } = inputs;
  const callbacks: unknown = inputs.callbackUrls;
  if (known(defaultRedirectUri) && Array.isArray(callbacks) && !callbacks.includes(defaultRedirectUri))
    refuse("defaultRedirectUri", "InvalidParameterException: the default redirect is one of the callback URLs");
  if (known(refreshTokenRotation?.feature) && !["ENABLED", "DISABLED"].includes(refreshTokenRotation.feature))
    refuse("refreshTokenRotation", `InvalidParameterException: feature "${refreshTokenRotation.feature}" is unknown`);
  const grace: unknown = refreshTokenRotation?.retryGracePeriodSeconds;
  if (typeof grace === "number" && (grace < 0 || grace > GRACE_SECONDS_MAX))
    refuse("refreshTokenRotation", `InvalidParameterException: ${grace} s of grace is not 0 to ${GRACE_SECONDS_MAX}`);
  if (known(preventUserExistenceErrors) && !["LEGACY", "ENABLED"].includes(preventUserExistenceErrors))
    refuse("preventUserExistenceErrors", `InvalidParameterException: "${preventUserExistenceErrors}" is unknown`);
  return found;
}

/** Plain HTTP is for a developer's own machine only. */
function isRedirect(url: string): boolean {
  return (/^https:\/\/[^\s#]+$/.test(url) || /^http:\/\/localhost(:\d+)?(\/[^\s#]*)?$/.test(url)) && url.length <= 1024;
}
