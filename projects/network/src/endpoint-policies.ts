/** What may be called through each endpoint: our principals, our resources, the calls that the platform makes. */
import { policyDocument, type Statement } from "@records/conventions";
import type * as pulumi from "@pulumi/pulumi";

/** Without these six nothing runs: an image is pulled, a secret read, a log written, an event sent. */
export const CORE_ENDPOINTS = ["secretsmanager", "kms", "logs", "ecr.api", "ecr.dkr", "kinesis-streams"] as const;
export const OTHER_ENDPOINTS = [
  "sts",
  "sqs",
  "ssm",
  "elasticfilesystem",
  "monitoring",
  "xray",
  "lambda",
  "ec2",
  "events",
  "rds",
] as const;
export type EndpointService = (typeof CORE_ENDPOINTS)[number] | (typeof OTHER_ENDPOINTS)[number];

const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const ACTIONS: Readonly<Record<EndpointService, readonly string[]>> = {
  secretsmanager: [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
  ],
  kms: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GetPublicKey", "kms:Sign"],
  logs: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
  "ecr.api": ["ecr:GetAuthorizationToken", ...PULL],
  "ecr.dkr": PULL,
  "kinesis-streams": [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamConsumer",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:PutRecords",
    "kinesis:SubscribeToShard",
  ],
  sts: ["sts:AssumeRole", "sts:GetCallerIdentity"],
  sqs: ["sqs:SendMessage"],
  ssm: ["ssm:GetParameter"],
  elasticfilesystem: [
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:DescribeMountTargets",
  ],
  monitoring: ["cloudwatch:PutMetricData"],
  xray: ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  lambda: ["lambda:InvokeFunction"],
  ec2: ["ec2:DescribeNetworkInterfaces"],
  events: ["events:PutEvents"],
  rds: ["rds:DescribeDBClusters"],
};

export function endpointPolicy(service: EndpointService, accountId: string): pulumi.Output<string> {
  return policyDocument([
    ours(ACTIONS[service], accountId),
    ...(service === "ecr.api" || service === "ecr.dkr" ? [threatDetectionAgent()] : []),
  ]);
}

/** S3 by its gateway: our buckets, and the one of AWS that holds image layers. */
export function s3EndpointPolicy(accountId: string): pulumi.Output<string> {
  return policyDocument([
    ours(["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"], accountId),
    {
      Sid: "ImageLayers",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
    },
  ]);
}

/** An endpoint's policy takes no account principal for roles, so everybody is named and conditions say who. */
function ours(actions: readonly string[], accountId: string): Statement {
  return {
    Sid: "OursOnly",
    Effect: "Allow",
    Principal: "*",
    Action: [...actions],
    Resource: "*",
    Condition: {
      StringEquals: { "aws:PrincipalAccount": accountId },
      // If exists: some calls have no resource.
      StringEqualsIfExists: { "aws:ResourceAccount": accountId },
    },
  };
}

/** GuardDuty puts its agent beside every task, from AWS's own repository: a task that cannot pull it does not start. */
function threatDetectionAgent(): Statement {
  return {
    Sid: "ThreatDetectionAgent",
    Effect: "Allow",
    Principal: "*",
    Action: PULL,
    Resource: "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate",
  };
}
