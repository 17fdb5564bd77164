/** Metrics of AWS services, by service: one place that knows namespaces and dimensions. Sources: each service's page of metrics. */
import type { Input } from "@pulumi/pulumi";
import { SERVICE_METRICS, type DimensionsOf, type ServiceMetricName } from "@records/contracts";
import type { Metric, Statistic } from "./alarm.ts";
import type { Watched } from "./watched.ts";

const of =
  (namespace: string, dimensions: (watched: Watched) => Metric["dimensions"]) =>
  (watched: Watched, name: string, statistic: Statistic): Metric => ({
    namespace,
    name,
    dimensions: dimensions(watched),
    statistic,
  });

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const gateway = of("AWS/ApiGateway", ({ gateway: { apiName, stage } }) => ({ ApiName: apiName, Stage: stage }));

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export const targets = of("AWS/ApplicationELB", ({ loadBalancer }) => ({
  LoadBalancer: loadBalancer.arnSuffix,
  TargetGroup: loadBalancer.targetGroupArnSuffix,
}));

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html */
export const database = of("AWS/RDS", ({ database: { cluster } }) => ({ DBClusterIdentifier: cluster }));

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.monitoring.html */
export const proxy = of("AWS/RDS", ({ database: { proxy: ProxyName } }) => ({ ProxyName }));

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
export const stream = of("AWS/Kinesis", ({ stream: StreamName }) => ({ StreamName }));

/** https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html */
export const files = of("AWS/EFS", ({ fileSystem: FileSystemId }) => ({ FileSystemId }));

/** https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html */
export const firewall = of("AWS/WAFV2", ({ gateway: { firewall: WebACL }, region: Region }) => ({
  WebACL,
  Region,
  Rule: "ALL",
}));

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html, enhanced fan-out */
export function fanOut(watched: Watched, registered: string, name: string, statistic: Statistic): Metric {
  const dimensions = { StreamName: watched.stream, ConsumerName: registered };
  return { namespace: "AWS/Kinesis", name, dimensions, statistic };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
export function cacheNode(id: Input<string>, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/ElastiCache", name, dimensions: { CacheClusterId: id }, statistic };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function lambda(functionName: Input<string>, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionName }, statistic };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export function queue(queueName: Input<string>, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: queueName }, statistic };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
export function ecsService({ cluster }: Watched, service: string, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/ECS", name, dimensions: { ClusterName: cluster.name, ServiceName: service }, statistic };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_metrics.html */
export function canary(canaryName: string, name: string, statistic: Statistic): Metric {
  return { namespace: "CloudWatchSynthetics", name, dimensions: { CanaryName: canaryName }, statistic };
}

/** https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html */
export function certificate(arn: Input<string>, name: string, statistic: Statistic): Metric {
  return { namespace: "AWS/CertificateManager", name, dimensions: { CertificateArn: arn }, statistic };
}

/** What our own applications emit (shared/contracts). */
export function own<Name extends ServiceMetricName>(
  { service }: Watched,
  metric: Name,
  dimensions: Partial<DimensionsOf<Name>>,
  statistic: Statistic,
): Metric {
  const named = dimensions as Readonly<Record<string, string>>;
  return { namespace: service, name: SERVICE_METRICS[metric].name, dimensions: named, statistic };
}
