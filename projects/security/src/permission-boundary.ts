import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";

/** Services that roles of the platform call. A ceiling, not a grant: each role names its own actions below it. */
const SERVICES = [
  "cloudwatch",
  "cognito-idp",
  "ec2",
  "ecr",
  "elasticache",
  "elasticfilesystem",
  "kinesis",
  "kms",
  "lambda",
  "logs",
  "rds-db",
  "s3",
  "secretsmanager",
  "sqs",
  "xray",
];
/** Services without a Region of their own. */
const GLOBAL_ACTIONS = ["iam:*", "sts:*", "cloudfront:*", "route53:*", "organizations:*", "support:*"];

/** What no role of the platform can ever do, whatever its own policy says. */
export class PermissionBoundary extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:PermissionBoundary", name, {}, opts);
    const physical = config.name("permission-boundary", "iam");
    const policy = new aws.iam.Policy(
      name,
      {
        name: physical,
        description: "Ceiling of every role of the student-records platform",
        policy: policyDocument(
          boundaryStatements(config.region, `arn:aws:iam::${config.accountId}:policy/${physical}`),
        ),
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

export function boundaryStatements(region: string, boundaryArn: string): Statement[] {
  return [
    { Sid: "Ceiling", Effect: "Allow", Action: SERVICES.map((service) => `${service}:*`), Resource: "*" },
    {
      Sid: "NoLongLivedIdentities",
      Effect: "Deny",
      Action: ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"],
      Resource: "*",
    },
    {
      Sid: "NoRoleWithoutThisCeiling",
      Effect: "Deny",
      Action: ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"],
      Resource: "*",
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundaryArn } },
    },
    { Sid: "NoRemovalOfCeiling", Effect: "Deny", Action: ["iam:DeleteRolePermissionsBoundary"], Resource: "*" },
    {
      Sid: "CeilingIsFixed",
      Effect: "Deny",
      Action: ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
      Resource: boundaryArn,
    },
    {
      Sid: "WatchersStayOn",
      Effect: "Deny",
      Action: [
        "cloudtrail:DeleteTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:StopLogging",
        "cloudtrail:UpdateTrail",
        "config:DeleteConfigurationRecorder",
        "config:StopConfigurationRecorder",
        "guardduty:DeleteDetector",
        "guardduty:UpdateDetector",
        "securityhub:DisableSecurityHub",
      ],
      Resource: "*",
    },
    {
      Sid: "RecordsStay",
      Effect: "Deny",
      Action: ["s3:BypassGovernanceRetention", "kms:ScheduleKeyDeletion"],
      Resource: "*",
    },
    // Denying everything but the global services is the one way to say "in this Region only".
    {
      Sid: "OneRegion",
      Effect: "Deny",
      NotAction: GLOBAL_ACTIONS,
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": region } },
    },
  ];
}
