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

interface Calls {
  /** On something that has an owner, who must be us. */
  readonly onOurs?: readonly string[];
  /** On nothing that a policy could name. */
  readonly withoutResource?: readonly string[];
}

const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/**
 * What runs inside the network calls, and nothing else. What AWS calls for us from outside is not here: Lambda reads
 * the stream and writes function logs, the proxy reads its secrets, services use keys in their callers' name.
 */
const CALLS: Readonly<Record<EndpointService, Calls>> = {
  secretsmanager: {
    onOurs: [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ],
    withoutResource: ["secretsmanager:GetRandomPassword"],
  },
  kms: { onOurs: ["kms:Decrypt", "kms:GenerateDataKey", "kms:GetPublicKey", "kms:Sign"] },
  logs: { onOurs: ["logs:CreateLogStream", "logs:PutLogEvents"] },
  "ecr.api": { onOurs: PULL, withoutResource: ["ecr:GetAuthorizationToken"] },
  "ecr.dkr": { onOurs: PULL },
  "kinesis-streams": { onOurs: ["kinesis:DescribeStreamSummary", "kinesis:PutRecords"] },
  sts: { withoutResource: ["sts:GetCallerIdentity"] },
  sqs: { onOurs: ["sqs:SendMessage"] },
  ssm: { onOurs: ["ssm:GetParameter"] },
  // Files are mounted past this endpoint; only the search for a mount target comes here.
  elasticfilesystem: { onOurs: ["elasticfilesystem:DescribeMountTargets"] },
  monitoring: { withoutResource: ["cloudwatch:PutMetricData"] },
  xray: {
    withoutResource: [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
  },
  lambda: { onOurs: ["lambda:InvokeFunction"] },
  ec2: { withoutResource: ["ec2:DescribeNetworkInterfaces"] },
  events: { onOurs: ["events:PutEvents"] },
  rds: { onOurs: ["rds:DescribeDBClusters"] },
};

export function endpointPolicy(service: EndpointService, accountId: string): pulumi.Output<string> {
  return policyDocument([
    ...allowed(CALLS[service], accountId),
    ...(service === "ecr.api" || service === "ecr.dkr" ? [threatDetectionAgent(accountId)] : []),
  ]);
}

/** S3 by its gateway: our buckets, and the one of AWS that holds image layers. */
export function s3EndpointPolicy(accountId: string): pulumi.Output<string> {
  return policyDocument([
    ...allowed({ onOurs: ["s3:GetObject", "s3:PutObject"] }, accountId),
    {
      // The registry signs these requests in its own name, so neither caller nor owner is us.
      Sid: "ImageLayers",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
    },
  ]);
}

/** An endpoint's policy takes no account principal for roles, so everybody is named and conditions say who. */
function allowed({ onOurs = [], withoutResource = [] }: Calls, accountId: string): Statement[] {
  const statement = (Sid: string, actions: readonly string[], condition: Record<string, string>): Statement[] =>
    actions.length === 0
      ? []
      : [
          {
            Sid,
            Effect: "Allow",
            Principal: "*",
            Action: [...actions],
            Resource: "*",
            Condition: { StringEquals: condition },
          },
        ];
  return [
    ...statement("OursOnOurs", onOurs, { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId }),
    ...statement("OursWithoutResource", withoutResource, { "aws:PrincipalAccount": accountId }),
  ];
}

/** GuardDuty puts its agent beside every task, from AWS's own repository: a task that cannot pull it does not start. */
function threatDetectionAgent(accountId: string): Statement {
  return {
    Sid: "ThreatDetectionAgent",
    Effect: "Allow",
    Principal: "*",
    Action: PULL,
    Resource: "arn:aws:ecr:us-east-1:593207742271:repository/aws-guardduty-agent-fargate",
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
  };
}
