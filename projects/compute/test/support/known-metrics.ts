/** Which metrics AWS has, and with which dimensions: what an alarm or a dashboard names must be here. A name that is wrong is silent for ever. */
import { SERVICE_METRICS } from "@records/contracts";

interface KnownNamespace {
  readonly source: string;
  readonly metrics: readonly { readonly names: readonly string[]; readonly dimensions: readonly string[] }[];
}

const DOCS = "https://docs.aws.amazon.com";

export const KNOWN_METRICS: Readonly<Record<string, KnownNamespace>> = {
  "AWS/ApiGateway": {
    source: `${DOCS}/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html`,
    metrics: [
      {
        names: ["4XXError", "5XXError", "Count", "IntegrationLatency", "Latency"],
        dimensions: ["ApiName", "Stage"],
      },
    ],
  },
  "AWS/ApplicationELB": {
    source: `${DOCS}/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html`,
    metrics: [
      {
        names: [
          ...["HTTPCode_Target_5XX_Count", "HealthyHostCount", "UnHealthyHostCount", "RequestCount"],
          ...["TargetConnectionErrorCount", "TargetResponseTime"],
        ],
        dimensions: ["LoadBalancer", "TargetGroup"],
      },
    ],
  },
  "AWS/RDS": {
    source: `${DOCS}/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html and rds-proxy.monitoring.html`,
    metrics: [
      {
        names: [
          ...["ACUUtilization", "AuroraReplicaLagMaximum", "CPUUtilization", "CommitLatency", "DatabaseConnections"],
          ...["Deadlocks", "FreeableMemory"],
        ],
        dimensions: ["DBClusterIdentifier"],
      },
      {
        names: [
          ...["ClientConnections", "ClientConnectionsSetupFailedAuth", "DatabaseConnections"],
          ...["DatabaseConnectionsBorrowLatency", "DatabaseConnectionsCurrentlySessionPinned"],
        ],
        dimensions: ["ProxyName"],
      },
    ],
  },
  "AWS/Kinesis": {
    source: `${DOCS}/streams/latest/dev/monitoring-with-cloudwatch.html`,
    metrics: [
      { names: ["IncomingRecords", "WriteProvisionedThroughputExceeded"], dimensions: ["StreamName"] },
      { names: ["SubscribeToShardEvent.MillisBehindLatest"], dimensions: ["ConsumerName", "StreamName"] },
    ],
  },
  "AWS/ElastiCache": {
    source: `${DOCS}/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html`,
    metrics: [
      {
        names: [
          ...["CurrConnections", "DatabaseMemoryUsagePercentage", "EngineCPUUtilization", "Evictions"],
          "ReplicationLag",
        ],
        dimensions: ["CacheClusterId"],
      },
    ],
  },
  "AWS/Lambda": {
    source: `${DOCS}/lambda/latest/dg/monitoring-metrics-types.html`,
    metrics: [{ names: ["Errors", "Invocations", "IteratorAge"], dimensions: ["FunctionName"] }],
  },
  "AWS/SQS": {
    source: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html`,
    metrics: [{ names: ["ApproximateNumberOfMessagesVisible"], dimensions: ["QueueName"] }],
  },
  "AWS/ECS": {
    source: `${DOCS}/AmazonECS/latest/developerguide/available-metrics.html`,
    metrics: [{ names: ["CPUUtilization", "MemoryUtilization"], dimensions: ["ClusterName", "ServiceName"] }],
  },
  "AWS/EFS": {
    source: `${DOCS}/efs/latest/ug/efs-metrics.html`,
    metrics: [{ names: ["PercentIOLimit"], dimensions: ["FileSystemId"] }],
  },
  "AWS/WAFV2": {
    source: `${DOCS}/waf/latest/developerguide/waf-metrics.html`,
    metrics: [{ names: ["BlockedRequests"], dimensions: ["Region", "Rule", "WebACL"] }],
  },
  "AWS/CertificateManager": {
    source: `${DOCS}/acm/latest/userguide/cloudwatch-metrics.html`,
    metrics: [{ names: ["DaysToExpiry"], dimensions: ["CertificateArn"] }],
  },
  "AWS/Cognito": {
    source: `${DOCS}/cognito/latest/developerguide/metrics-for-cognito-user-pools.html`,
    metrics: [
      { names: ["SignInSuccesses"], dimensions: ["UserPool", "UserPoolClient"] },
      { names: ["Risk"], dimensions: ["Operation", "UserPoolId"] },
    ],
  },
  CloudWatchSynthetics: {
    source: `${DOCS}/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_metrics.html`,
    metrics: [{ names: ["Duration", "SuccessPercent"], dimensions: ["CanaryName"] }],
  },
};

export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly string[];
}

/** @returns what is unknown about it; undefined when AWS, or an application of ours, emits it */
export function unknownOf({ namespace, name, dimensions }: NamedMetric): string | undefined {
  const wanted = dimensions.toSorted().join();
  const emitted: KnownNamespace["metrics"] = namespace.endsWith("/service")
    ? Object.values(SERVICE_METRICS).flatMap((metric) =>
        metric.dimensionSets.map((set) => ({ names: [metric.name], dimensions: set })),
      )
    : namespace.endsWith("/gateway")
      ? [{ names: ["requests-refused"], dimensions: [] }] // of the stack's own metric filter
      : (KNOWN_METRICS[namespace]?.metrics ?? []);
  const found = emitted.some((each) => each.names.includes(name) && each.dimensions.toSorted().join() === wanted);
  return found ? undefined : `${namespace} has no ${name} by ${wanted || "nothing"}`;
}

/** Metrics that a query of Metrics Insights or a search names. */
export function metricsIn(expression: string): readonly NamedMetric[] {
  const query = /SELECT \w+\((\w+)\) FROM SCHEMA\("([^"]+)"((?:, ?\w+)*)\)/.exec(expression);
  const search = /SEARCH\('\{([^,}]+)((?:,\w+)*)\} MetricName="(\w+)"'/.exec(expression);
  const names = (list: string) => list.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
  return [
    ...(query ? [{ namespace: query[2]!, name: query[1]!, dimensions: names(query[3]!) }] : []),
    ...(search ? [{ namespace: search[1]!, name: search[3]!, dimensions: names(search[2]!) }] : []),
  ];
}
