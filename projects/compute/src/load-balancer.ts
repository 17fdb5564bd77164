import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tagsFor } from "@records/conventions";
import type { Config } from "../config.ts";
import { Certificate } from "./certificate.ts";
import { API_PORT, STAGE } from "./names.ts";

/** Internal load balancer in front of the API tasks: TLS on both sides, reachable from the gateway's private link alone. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly arnSuffix: pulumi.Output<string>;
  readonly certificateArn: pulumi.Output<string>;
  readonly targetGroup: aws.lb.TargetGroup;
  /** Host that the rule and the certificate are made for. */
  readonly host: string;
  /** A target group has no load balancer before this rule; a service cannot use it earlier. */
  readonly rule: pulumi.Resource;

  constructor(name: string, config: Config) {
    super("srs:compute:LoadBalancer", name);
    // The name exists for TLS and the listener's rule only: no record points anywhere.
    const certificate = new Certificate(
      "api-internal",
      config,
      { domainName: `api-internal.${config.domain}`, classification: "internal" },
      { parent: this },
    );
    const balancer = this.balancer(config);
    const targets = this.targets(config);
    const listener = this.listener(balancer, certificate);
    this.host = certificate.domainName;
    this.arn = balancer.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.certificateArn = certificate.arn;
    this.targetGroup = targets;
    this.rule = this.forwarding(listener, targets);
    this.registerOutputs({ arn: this.arn });
  }

  private balancer({ settings, network, security }: Config): aws.lb.LoadBalancer {
    const logsTo = (prefix: string) => ({ enabled: true, bucket: security.accessLogBucket.name, prefix });
    return new aws.lb.LoadBalancer(
      "api",
      {
        name: settings.name("api", "loadBalancer"),
        internal: true,
        loadBalancerType: "application",
        subnets: network.privateSubnetIds,
        securityGroups: [network.securityGroupIds.alb],
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "strictest",
        enableDeletionProtection: settings.sizing.deletionProtection,
        enableCrossZoneLoadBalancing: true,
        enableZonalShift: true,
        idleTimeout: 60,
        clientKeepAlive: 3600,
        preserveHostHeader: true,
        xffHeaderProcessingMode: "append",
        accessLogs: logsTo("alb-access"),
        connectionLogs: logsTo("alb-connection"),
        healthCheckLogs: logsTo("alb-health"),
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this },
    );
  }

  private targets({ settings, network }: Config): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      "api",
      {
        name: settings.name("api", "targetGroup"),
        vpcId: network.vpcId,
        protocol: "HTTPS",
        port: API_PORT,
        targetType: "ip",
        deregistrationDelay: 30,
        loadBalancingAlgorithmType: "weighted_random",
        loadBalancingAnomalyMitigation: "on",
        healthCheck: {
          // Liveness, not readiness: a lost shared dependency must not make the scheduler replace healthy tasks.
          path: "/health/live",
          protocol: "HTTPS",
          port: "traffic-port",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
          matcher: "200",
        },
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this },
    );
  }

  private listener(balancer: aws.lb.LoadBalancer, certificate: Certificate): aws.lb.Listener {
    return new aws.lb.Listener(
      "https",
      {
        loadBalancerArn: balancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        certificateArn: certificate.arn,
        // Whoever does not ask for our host is not the gateway.
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: { contentType: "text/plain", messageBody: "Not found", statusCode: "404" },
          },
        ],
        routingHttpResponseServerEnabled: false,
        routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=63072000; includeSubDomains",
        routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
        tags: tagsFor({ classification: "pii", retention: "none" }),
      },
      { parent: this },
    );
  }

  private forwarding(listener: aws.lb.Listener, targets: aws.lb.TargetGroup): aws.lb.ListenerRule {
    return new aws.lb.ListenerRule(
      "api",
      {
        listenerArn: listener.arn,
        priority: 10,
        conditions: [{ hostHeader: { values: [this.host] } }],
        actions: [{ type: "forward", targetGroupArn: targets.arn }],
        // A private integration may put the stage before the path it was told: /v1/v1/students. The service knows one.
        transforms: [
          { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: `^/${STAGE}(/${STAGE}/.*)$`, replace: "$1" } } },
        ],
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
  }
}
