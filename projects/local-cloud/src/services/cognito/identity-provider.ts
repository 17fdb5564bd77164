import { failures, known } from "../../known.ts";
import { recordedType } from "../../recorded-type.ts";
import type { CheckFailure, Properties } from "../../resource-type.ts";
import { USER_POOL } from "./data-plane.ts";

export const IDENTITY_PROVIDER = "aws:cognito/identityProvider:IdentityProvider";
const TYPES = ["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"];
/** Cognito's own directory, which every pool has. */
export const OWN_DIRECTORY = "COGNITO";

/** Where people sign in who have their account elsewhere. Recorded: nobody is sent there from this machine. */
export const identityProvider = recordedType({
  token: IDENTITY_PROVIDER,
  id: ({ userPoolId, providerName }) => `${userPoolId}:${providerName}`,
  replaceOnChanges: ["userPoolId", "providerName", "providerType"],
  uniqueBy: ["userPoolId", "providerName"],
  check: checkIdentityProvider,
  conflict: ({ userPoolId }, cloud) =>
    cloud.account.byId(USER_POOL, userPoolId as string) === undefined
      ? `ResourceNotFoundException: User pool ${userPoolId} does not exist.`
      : undefined,
});

export function checkIdentityProvider(inputs: Properties): readonly CheckFailure[] {
  return failures((refuse) => {
    const { providerName, providerType, providerDetails } = inputs;
    if (known(providerName) && !/^[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}]{1,30}[^_\p{Z}]$/u.test(providerName))
      refuse("providerName", `InvalidParameterException: "${providerName}" is not 3 to 32 characters without spaces`);
    if (known(providerType) && !TYPES.includes(providerType))
      refuse("providerType", `InvalidParameterException: "${providerType}" is none of ${TYPES.join(", ")}`);
    if (providerType !== "SAML" || !known(providerDetails)) return;
    const { MetadataURL: url, MetadataFile: file } = providerDetails as Properties;
    if ((url === undefined) === (file === undefined))
      refuse("providerDetails", "InvalidParameterException: a SAML provider has MetadataURL or MetadataFile");
    if (known(url) && !/^https:\/\/\S+$/.test(url as string))
      refuse("providerDetails", `InvalidParameterException: MetadataURL "${url}" is no https address`);
  });
}
