import { Type, type Static } from "typebox";
import { Arn, HttpsUrl, Name } from "./formats.ts";

/** Published by projects/compute; read by system tests, smoke check and the onboarding of campus systems. */
export const ComputeContract = Type.Object({
  api: Type.Object({
    /** Address of the stage, without a trailing slash; routes start with `/v1`. */
    baseUrl: HttpsUrl,
    restApiId: Name,
    stageName: Name,
    vpcLinkId: Name,
  }),
  identity: Type.Object({
    issuer: HttpsUrl,
    tokenUrl: HttpsUrl,
    jwksUrl: HttpsUrl,
    userPoolId: Name,
    /** Identifier that scopes carry in front, without the slash. */
    resourceServer: Name,
    /** Machine clients by campus system. Their secrets are in the state alone, encrypted. */
    clientIds: Type.Record(Type.String(), Name),
  }),
  service: Type.Object({
    clusterName: Name,
    apiServiceName: Name,
    relayServiceName: Name,
    imageDigest: Type.String({ pattern: "^sha256:[0-9a-f]{64}$" }),
    loadBalancerArnSuffix: Name,
    targetGroupArnSuffix: Name,
  }),
  functions: Type.Object({
    migration: Type.Object({ arn: Arn }),
    cacheInvalidator: Type.Object({ arn: Arn }),
  }),
});
export type ComputeContract = Static<typeof ComputeContract>;
