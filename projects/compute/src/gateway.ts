import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { gatewayBody, requireScopes } from "@records/components";
import { OPERATION_SCOPES } from "@records/contracts";
import { tagsFor } from "@records/conventions";
import { createHash } from "node:crypto";
import type { Config } from "../config.ts";
import { ACCESS_LOG_FORMAT } from "./access-log-format.ts";
import { PublicDomain } from "./domain.ts";
import type { Identity } from "./identity.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { logGroup, logGroupNamed } from "./log-group.ts";
import { methodLimits } from "./method-limits.ts";
import { GATEWAY_TLS, SCOPE_PREFIX, STAGE } from "./names.ts";
import { resourcePolicy } from "./resource-policy.ts";
import { ServiceRole } from "./service-role.ts";

export interface GatewayArgs {
  readonly loadBalancer: LoadBalancer;
  readonly identity: Identity;
  /** A route is offered when the service behind it has it: the running API. */
  readonly after: readonly pulumi.Resource[];
}

/** The one public door: tokens and keys are checked, rates held, and the way on is private. */
export class Gateway extends pulumi.ComponentResource {
  readonly restApiId: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  readonly stageArn: pulumi.Output<string>;
  /** Of the domain that callers use. */
  readonly certificateArn: pulumi.Output<string>;
  /** What the contract tells of it. `baseUrl` is where callers go; it ends in the stage: `<baseUrl>/students`. */
  readonly published: Readonly<
    Record<"baseUrl" | "domainName" | "restApiId" | "stageName" | "vpcLinkId", pulumi.Output<string>>
  >;

  constructor(name: string, config: Config, args: GatewayArgs) {
    super("srs:compute:Gateway", name);
    const { settings, network } = config;
    const link = new aws.apigatewayv2.VpcLink(
      "api",
      {
        name: settings.name("api", "vpcLink"),
        subnetIds: network.privateSubnetIds,
        securityGroupIds: [network.securityGroupIds.vpcLink],
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this },
    );
    const body = this.body(config, link, args);
    const api = this.api(config, body);
    const stage = this.stage(config, api, body, args.after);
    const domain = new PublicDomain("public-domain", config, { api, stage }, { parent: this });
    this.restApiId = api.id;
    this.stageName = stage.stageName;
    this.stageArn = stage.arn;
    this.certificateArn = domain.certificateArn;
    this.published = {
      baseUrl: settings.sizing.api.executeApiEndpoint ? stage.invokeUrl : domain.baseUrl,
      domainName: domain.domainName,
      restApiId: api.id,
      stageName: stage.stageName,
      vpcLinkId: link.id,
    };
    this.registerOutputs(this.published);
  }

  private body(config: Config, link: aws.apigatewayv2.VpcLink, args: GatewayArgs): pulumi.Output<string> {
    requireScopes(config.artifacts.apiDocument, OPERATION_SCOPES);
    return pulumi
      .all([link.id, args.loadBalancer.arn, args.identity.userPoolArn])
      .apply(([vpcLinkId, loadBalancerArn, userPoolArn]) =>
        JSON.stringify(
          gatewayBody(config.artifacts.apiDocument, {
            basePath: `/${STAGE}`,
            integrationHost: args.loadBalancer.host,
            loadBalancerArn,
            vpcLinkId,
            userPoolArn,
            resourcePolicy: resourcePolicy(config.campusRanges),
            scopePrefix: SCOPE_PREFIX,
            problemBaseUrl: config.problemBaseUrl,
            timeoutMs: 10_000,
          }),
        ),
      );
  }

  private api({ settings }: Config, body: pulumi.Output<string>): aws.apigateway.RestApi {
    return new aws.apigateway.RestApi(
      "records",
      {
        name: settings.name("records", "apiGateway"),
        body,
        putRestApiMode: "overwrite",
        failOnWarnings: true,
        endpointConfiguration: { types: "REGIONAL", ipAddressType: "ipv4" },
        disableExecuteApiEndpoint: !settings.sizing.api.executeApiEndpoint,
        ...GATEWAY_TLS,
        minimumCompressionSize: "1024",
        apiKeySource: "HEADER",
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this },
    );
  }

  private stage(
    config: Config,
    api: aws.apigateway.RestApi,
    body: pulumi.Output<string>,
    after: readonly pulumi.Resource[],
  ): aws.apigateway.Stage {
    const accessLog = logGroup(config, "api-access", "audit", { parent: this });
    // API Gateway gives this one its name, and would make it without key, retention and tags.
    const executionLog = logGroupNamed(
      config,
      pulumi.interpolate`API-Gateway-Execution-Logs_${api.id}/${STAGE}`,
      "api-execution",
      "internal",
      { parent: this },
    );
    const deployment = new aws.apigateway.Deployment(
      "records",
      {
        restApi: api.id,
        // A deployment is a snapshot: without this a changed body would never be served. Policy and answers are in the body.
        triggers: { body: body.apply((text) => createHash("sha256").update(text).digest("hex")) },
      },
      { parent: this, dependsOn: [...after] },
    );
    const stage = new aws.apigateway.Stage(
      "records",
      {
        restApi: api.id,
        deployment: deployment.id,
        stageName: STAGE,
        xrayTracingEnabled: true,
        // Student data is cached where it can be invalidated, and nowhere else.
        cacheClusterEnabled: false,
        accessLogSettings: { destinationArn: accessLog.arn, format: ACCESS_LOG_FORMAT },
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this, dependsOn: [executionLog, ...this.account(config)] },
    );
    const { throttle } = config.settings.sizing.api;
    const limits = methodLimits(config.artifacts.apiDocument, `/${STAGE}`, throttle);
    for (const limit of [{ name: "all", methodPath: "*/*", ...throttle }, ...limits]) this.limit(api, stage, limit);
    return stage;
  }

  /** A method's settings replace the stage's as a whole, so each says all of it. */
  private limit(api: aws.apigateway.RestApi, stage: aws.apigateway.Stage, limit: ReturnType<typeof methodLimits>[0]) {
    new aws.apigateway.MethodSettings(
      limit.name,
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath: limit.methodPath,
        settings: {
          metricsEnabled: true,
          loggingLevel: "ERROR",
          dataTraceEnabled: false,
          cachingEnabled: false,
          throttlingRateLimit: limit.ratePerSecond,
          throttlingBurstLimit: limit.burst,
        },
      },
      { parent: this },
    );
  }

  /** The account's one role for gateway logs; a stack that shares its account leaves it to the one that owns it. */
  private account(config: Config): pulumi.Resource[] {
    if (!config.settings.accountBaseline) return [];
    const role = new ServiceRole(
      config,
      { role: "api-gateway-logs", service: "apigateway", managedPolicies: ["AmazonAPIGatewayPushToCloudWatchLogs"] },
      { parent: this },
    );
    return [
      new aws.apigateway.Account(
        "gateway",
        { cloudwatchRoleArn: role.arn },
        { parent: this, dependsOn: [...role.grants] },
      ),
    ];
  }
}
