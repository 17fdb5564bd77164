import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { gatewayBody } from "@records/components";
import { tagsFor } from "@records/conventions";
import { createHash } from "node:crypto";
import type { Config } from "../config.ts";
import { ACCESS_LOG_FORMAT } from "./access-log-format.ts";
import type { Identity } from "./identity.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { logGroup } from "./log-group.ts";
import { SCOPE_PREFIX, STAGE } from "./names.ts";
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
  /** What the contract tells of it. `baseUrl` is where callers go; it ends in the stage: `<baseUrl>/students`. */
  readonly published: Readonly<Record<"baseUrl" | "restApiId" | "stageName" | "vpcLinkId", pulumi.Output<string>>>;

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
    this.restApiId = api.id;
    this.stageName = stage.stageName;
    this.published = { baseUrl: stage.invokeUrl, restApiId: api.id, stageName: stage.stageName, vpcLinkId: link.id };
    this.registerOutputs(this.published);
  }

  private body(config: Config, link: aws.apigatewayv2.VpcLink, args: GatewayArgs): pulumi.Output<string> {
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
        // The only address until the custom domain is there.
        disableExecuteApiEndpoint: false,
        securityPolicy: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        endpointAccessMode: "STRICT",
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
    const { settings } = config;
    const accessLog = logGroup(config, "api-access", "audit", { parent: this });
    const deployment = new aws.apigateway.Deployment(
      "records",
      {
        restApi: api.id,
        // A deployment is a snapshot: without this a changed body would never be served.
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
      { parent: this, dependsOn: this.account(config) },
    );
    const { ratePerSecond, burst } = settings.sizing.api.throttle;
    new aws.apigateway.MethodSettings(
      "all",
      {
        restApi: api.id,
        stageName: stage.stageName,
        methodPath: "*/*",
        settings: {
          metricsEnabled: true,
          loggingLevel: "ERROR",
          dataTraceEnabled: false,
          cachingEnabled: false,
          throttlingRateLimit: ratePerSecond,
          throttlingBurstLimit: burst,
        },
      },
      { parent: this },
    );
    return stage;
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
