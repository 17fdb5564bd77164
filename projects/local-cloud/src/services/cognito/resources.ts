import { createHash } from "node:crypto";
import { ACCOUNT_ID, REGION } from "../../cloud.ts";
import { recordedType } from "../../recorded-type.ts";
import type { Properties, ResourceType } from "../../resource-type.ts";
import { checkResourceServer, checkUserPoolDomain } from "./checks.ts";
import { USER_POOL_DOMAIN, type CognitoDataPlane } from "./data-plane.ts";
import { identityProvider } from "./identity-provider.ts";
import { userPool } from "./user-pool.ts";
import { RESOURCE_SERVER, userPoolClient } from "./user-pool-client.ts";

export function cognitoResources(dataPlane: CognitoDataPlane): readonly ResourceType[] {
  return [userPool(dataPlane), userPoolClient(dataPlane), resourceServer, userPoolDomain, identityProvider];
}

const resourceServer = recordedType({
  token: RESOURCE_SERVER,
  id: (inputs) => `${inputs.userPoolId}|${inputs.identifier}`,
  replaceOnChanges: ["identifier", "userPoolId"],
  uniqueBy: ["userPoolId", "identifier"],
  computed: { scopeIdentifiers: (inputs) => scopeIdentifiers(inputs) },
  check: checkResourceServer,
});

function scopeIdentifiers(inputs: Properties): readonly string[] {
  const scopes = (inputs.scopes ?? []) as readonly { readonly scopeName: string }[];
  return scopes.map(({ scopeName }) => `${inputs.identifier}/${scopeName}`);
}

/** Without a domain a user pool has no token endpoint. The endpoint itself is found through the pool's discovery document. */
const userPoolDomain = recordedType({
  token: USER_POOL_DOMAIN,
  id: (inputs) => inputs.domain as string,
  replaceOnChanges: ["domain", "userPoolId"],
  uniqueBy: ["domain"],
  computed: {
    awsAccountId: () => ACCOUNT_ID,
    cloudfrontDistribution: (inputs) => distribution(inputs),
    cloudfrontDistributionArn: (inputs) => distribution(inputs),
    // The zone of all CloudFront distributions.
    cloudfrontDistributionZoneId: () => "Z2FDTNDATAQYW2",
    s3Bucket: () => `aws-cognito-prod-${REGION}-assets`,
    version: () => "1",
  },
  check: checkUserPoolDomain,
  conflict: (inputs, cloud, self) => {
    const other = cloud.account
      .ofType(USER_POOL_DOMAIN)
      .find((domain) => domain.inputs.userPoolId === inputs.userPoolId && domain.id !== self?.id);
    return other && `InvalidParameterException: User pool already has a domain configured: ${other.id}.`;
  },
});

function distribution(inputs: Properties): string {
  return `d${createHash("sha256").update(String(inputs.domain)).digest("hex").slice(0, 13)}.cloudfront.net`;
}
