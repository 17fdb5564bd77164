/** What both identities of a layer may look at: the settings of its services, and the content of none. */
import type { Layer, Statement } from "@records/conventions";
import { allow, buckets, type CiScope } from "./scope.ts";

type Prefixes = Readonly<Record<string, readonly string[]>>;

const BUCKET_SETTINGS = [
  "GetAccelerate",
  "GetAccountPublicAccessBlock",
  "GetBucket",
  "GetEncryption",
  "GetLifecycle",
  "GetReplication",
  "ListAllMyBuckets",
  "ListTagsForResource",
];

/** What every layer has: roles, log groups, alarms, keys to look up. */
const COMMON: Prefixes = {
  cloudwatch: ["Describe", "Get", "List"],
  ec2: ["Describe", "Get"],
  iam: ["Get", "List"],
  kms: ["Describe", "Get", "List"],
  logs: ["Describe", "Get", "List"],
  s3: BUCKET_SETTINGS,
};

/** Beginnings of the names of actions that read, by service. AWS has no closed list: a new setting brings a new one. */
const READS: Readonly<Record<Layer, Prefixes>> = {
  security: {
    ...COMMON,
    "access-analyzer": ["Get", "List"],
    budgets: ["Describe", "List", "View"],
    cloudtrail: ["Describe", "Get", "List"],
    config: ["Describe", "Get", "List"],
    events: ["Describe", "List"],
    guardduty: ["Describe", "Get", "List"],
    inspector2: ["BatchGet", "Get", "List"],
    securityhub: ["Describe", "Get", "List"],
    sns: ["Get", "List"],
    sqs: ["Get", "List"],
  },
  network: { ...COMMON, route53resolver: ["Get", "List"] },
  data: {
    ...COMMON,
    backup: ["Describe", "Get", "List"],
    elasticache: ["Describe", "List"],
    elasticfilesystem: ["Describe", "List"],
    events: ["Describe", "List"],
    kinesis: ["Describe", "Get", "List"],
    lambda: ["Get", "List"],
    rds: ["Describe", "List"],
    secretsmanager: ["Describe", "Get", "List"],
    sns: ["Get", "List"],
    sqs: ["Get", "List"],
  },
  compute: {
    ...COMMON,
    acm: ["Describe", "Get", "List"],
    apigateway: ["GET"],
    "application-autoscaling": ["Describe", "List"],
    "cognito-idp": ["Describe", "Get", "List"],
    ecr: ["BatchCheck", "BatchGet", "Describe", "Get", "List"],
    ecs: ["Describe", "List"],
    elasticfilesystem: ["Describe"],
    elasticloadbalancing: ["Describe"],
    events: ["Describe", "List"],
    kinesis: ["Describe", "List"],
    lambda: ["Get", "List"],
    route53: ["Get", "List"],
    secretsmanager: ["Describe", "List"],
    sns: ["Get", "List"],
    sqs: ["Get", "List"],
    synthetics: ["Describe", "Get", "List"],
    wafv2: ["Describe", "Get", "List"],
    xray: ["Get", "List"],
  },
};

export function settingsReads(scope: CiScope, layer: Layer): Statement[] {
  const patterns = Object.entries(READS[layer]).flatMap(([service, prefixes]) =>
    prefixes.map((prefix) => (prefix === "GET" ? `${service}:GET` : `${service}:${prefix}*`)),
  );
  return [allow("ReadSettings", patterns, "*"), allow("FindBuckets", ["s3:ListBucket"], buckets(scope))];
}

/** Reads of what is in a service, not of how it is set up. Some begin like the reads above. */
const CONTENT = [
  "cognito-idp:AdminGetUser",
  "cognito-idp:ListUsers",
  "cognito-idp:ListUsersInGroup",
  "kinesis:GetRecords",
  "kinesis:SubscribeToShard",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
  "logs:GetLogRecord",
  "logs:GetQueryResults",
  "logs:StartLiveTail",
  "logs:StartQuery",
  "logs:Unmask",
  "rds-data:*",
  "rds-db:connect",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:GetSecretValue",
  "sqs:ReceiveMessage",
];

export function noContent({ stateBucketArn, suffixes }: CiScope): Statement[] {
  // Code is no content: Lambda fetches a signed package in the name of who deploys it.
  const packages = suffixes.map((suffix) => `arn:aws:s3:::srs-${suffix}-signed-code-*/*`);
  return [
    { Sid: "NoContent", Effect: "Deny", Action: CONTENT, Resource: "*" },
    {
      Sid: "NoObjectsButState",
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectTorrent", "s3:GetObjectVersion", "s3:GetObjectVersionTorrent"],
      NotResource: [`${stateBucketArn}/*`, ...packages],
    },
  ];
}

/** A preview opens nothing but the state. An apply hands keys on to services, within what the keys' own policies say. */
export function noKeysButState({ stateKeyArn }: CiScope): Statement[] {
  return [
    {
      Sid: "NoKeysButState",
      Effect: "Deny",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:Sign", "kms:CreateGrant"],
      NotResource: stateKeyArn,
    },
  ];
}
