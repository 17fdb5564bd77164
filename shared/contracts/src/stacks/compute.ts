import { Type, type Static } from "typebox";
import { Arn, Host, HttpsUrl, Name } from "./formats.ts";

/** Published by projects/compute; read by system tests, smoke check and the onboarding of campus systems. */
export const ComputeContract = Type.Object({
  api: Type.Object({
    /**
     * Where callers go, without a trailing slash: routes follow it, `<baseUrl>/students`. The API's own domain in `staging`
     * and `prod`, where no other address answers; the stage's own elsewhere.
     */
    baseUrl: HttpsUrl,
    /** The API's own domain; it answers in every environment, where its name resolves. */
    domainName: Host,
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
    /** Machine clients by campus system. */
    clientIds: Type.Record(Type.String(), Name),
    /** Where each client's secret and API key are kept: in the secret's present version, and fetched at run time. */
    clientSecretArns: Type.Record(Type.String(), Arn),
    /** Public client of the console: people sign in through it, by code and PKCE. */
    consoleClientId: Name,
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
  /** By what they do, `cacheInvalidator`. Where there is an alias, it names the version that works now. */
  functions: Type.Record(Type.String(), Type.Object({ arn: Arn, aliasArn: Type.Optional(Arn), logGroupName: Name })),
  observability: Type.Optional(
    Type.Object({
      dashboardNames: Type.Array(Name),
      /** Alarms that say how fast the error budget burns. */
      burnAlarmNames: Type.Array(Name),
      /** Absent where no canary runs. */
      canaryName: Type.Optional(Name),
    }),
  ),
});
export type ComputeContract = Static<typeof ComputeContract>;
