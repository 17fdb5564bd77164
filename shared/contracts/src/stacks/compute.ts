import { Type, type Static } from "typebox";
import { Arn, HttpsUrl, Name } from "./formats.ts";

/** Published by projects/compute; read by system tests, smoke check and the onboarding of campus systems. */
export const ComputeContract = Type.Object({
  api: Type.Object({
    /** Address of the stage `v1`, without a trailing slash: routes follow it, `<baseUrl>/students`. */
    baseUrl: HttpsUrl,
    restApiId: Name,
    stageName: Name,
    vpcLinkId: Name,
  }),
  identity: Type.Object({
    /** Token and key endpoints are in its discovery document, `<issuer>/.well-known/openid-configuration`. */
    issuer: HttpsUrl,
    userPoolId: Name,
    /** Identifier that scopes carry in front, without the slash. */
    resourceServer: Name,
    /** Machine clients by campus system. Their secrets are in the state alone, encrypted. */
    clientIds: Type.Record(Type.String(), Name),
    /** API keys by campus system: a key identifies for throttling and never authorises. */
    apiKeyIds: Type.Record(Type.String(), Name),
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
    migration: Type.Object({ arn: Arn, logGroupName: Name }),
    cacheInvalidator: Type.Object({ arn: Arn, logGroupName: Name }),
  }),
});
export type ComputeContract = Static<typeof ComputeContract>;
