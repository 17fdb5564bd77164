import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ACCOUNT_ROLES, physicalName, policyDocument, tagsFor, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";

/** Services that the running system calls. A ceiling, not a grant: each role names its own actions below it. */
const AT_WORK = [
  "backup",
  "backup-storage",
  "cloudwatch",
  "cognito-idp",
  "ec2",
  "ecr",
  "elasticache",
  "elasticfilesystem",
  "events",
  "kinesis",
  "kms",
  "logs",
  "rds",
  "rds-db",
  "s3",
  "secretsmanager",
  "sqs",
  "tag",
  "xray",
];
/** What more it takes to build it: only pipelines get as far as this. */
const IN_DEPLOYMENT = [
  "access-analyzer",
  "acm",
  "apigateway",
  "application-autoscaling",
  "budgets",
  "cloudtrail",
  "config",
  "ecs",
  "elasticloadbalancing",
  "guardduty",
  "iam",
  "inspector2",
  "lambda",
  "route53",
  "route53resolver",
  "securityhub",
  "sns",
  "synthetics",
  "wafv2",
];
/** Of the services above, those whose calls may be counted to another Region than ours. */
const WITHOUT_REGION = ["budgets:*", "iam:*", "route53:*", "s3:ListAllMyBuckets"];

type Place = Pick<
  Config,
  "accountId" | "region" | "deployerSuffix" | "deployedSuffixes" | "stateBucket" | "stateKeyArn"
>;

/** Known before the policy exists, and in stacks that do not make it: the deploying environment's is meant. */
export const boundaryArn = ({ accountId, deployerSuffix }: Pick<Place, "accountId" | "deployerSuffix">): string =>
  `arn:aws:iam::${accountId}:policy/${physicalName(deployerSuffix, "permission-boundary", "iam")}`;

/** What no role of the platform can ever do, whatever its own policy says. */
export class PermissionBoundary extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:PermissionBoundary", name, {}, opts);
    const policy = new aws.iam.Policy(
      name,
      {
        name: config.name("permission-boundary", "iam"),
        description: "Ceiling of every role of the student-records platform",
        policy: policyDocument(boundaryStatements(config)),
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      { parent: this },
    );
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

export function boundaryStatements(place: Place): Statement[] {
  const role = (name: string) => `arn:aws:iam::${place.accountId}:role/${name}`;
  const pipelines = role(`srs-${place.deployerSuffix}-ci-*`);
  const plans = role(`srs-${place.deployerSuffix}-ci-*-plan`);
  const securityApply = role(`srs-${place.deployerSuffix}-ci-security-apply`);
  return [
    {
      Sid: "Ceiling",
      Effect: "Allow",
      Action: AT_WORK.map((service) => `${service}:*`),
      Resource: "*",
    },
    {
      Sid: "CeilingOfPipelines",
      Effect: "Allow",
      Action: IN_DEPLOYMENT.map((service) => `${service}:*`),
      Resource: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": pipelines } },
    },
    {
      // It fetches a campus system's API key to keep it as a secret.
      Sid: "CeilingOfRotation",
      Effect: "Allow",
      Action: "apigateway:GET",
      Resource: `arn:aws:apigateway:${place.region}::/apikeys/*`,
      Condition: { ArnLike: { "aws:PrincipalArn": role("srs-*-rotation") } },
    },
    ...identitiesStay(boundaryArn(place), Object.values(ACCOUNT_ROLES).map(role), securityApply),
    ...watchersStayOn(securityApply),
    ...recordsStay(place.deployedSuffixes),
    ...plansReadNoContent(plans, place),
    // Denying everything but what has no Region is the one way to say "in this Region only".
    {
      Sid: "OneRegion",
      Effect: "Deny",
      NotAction: WITHOUT_REGION,
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": place.region } },
    },
  ];
}

/** Nobody makes an identity that lasts, or one above the ceiling, or touches those of people. */
function identitiesStay(boundary: string, people: string[], securityApply: string): Statement[] {
  return [
    {
      Sid: "NoLongLivedIdentities",
      Effect: "Deny",
      Action: [
        "iam:AttachUserPolicy",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:CreateUser",
        "iam:PutUserPolicy",
        "iam:UpdateLoginProfile",
      ],
      Resource: "*",
    },
    {
      Sid: "NoRoleWithoutThisCeiling",
      Effect: "Deny",
      Action: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
      ],
      Resource: "*",
      Condition: { StringNotEquals: { "iam:PermissionsBoundary": boundary } },
    },
    { Sid: "NoRemovalOfCeiling", Effect: "Deny", Action: "iam:DeleteRolePermissionsBoundary", Resource: "*" },
    {
      // Somebody must be able to change it, or no commit ever could: the pipeline of this layer, after its approval.
      Sid: "CeilingIsFixed",
      Effect: "Deny",
      Action: ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
      Resource: boundary,
      Condition: { ArnNotLike: { "aws:PrincipalArn": securityApply } },
    },
    {
      Sid: "RolesOfPeople",
      Effect: "Deny",
      Action: ["iam:DeleteRole", "iam:PassRole", "iam:UpdateAssumeRolePolicy"],
      Resource: people,
    },
  ];
}

/** Ending the watch is nobody's right; changing what it looks at is the security layer's. */
function watchersStayOn(securityApply: string): Statement[] {
  return [
    {
      Sid: "WatchersStayOn",
      Effect: "Deny",
      Action: [
        "access-analyzer:DeleteAnalyzer",
        "cloudtrail:DeleteTrail",
        "cloudtrail:StopLogging",
        "config:DeleteConfigurationRecorder",
        "config:DeleteDeliveryChannel",
        "config:StopConfigurationRecorder",
        "ec2:DisableEbsEncryptionByDefault",
        "guardduty:DeleteDetector",
        "guardduty:DeletePublishingDestination",
        "inspector2:Disable",
        "securityhub:DisableSecurityHub",
      ],
      Resource: "*",
    },
    {
      Sid: "WatchersLookWhereTheyDo",
      Effect: "Deny",
      Action: [
        "cloudtrail:PutEventSelectors",
        "cloudtrail:UpdateTrail",
        "config:PutConfigurationRecorder",
        "guardduty:UpdateDetector",
        "securityhub:BatchDisableStandards",
      ],
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": securityApply } },
    },
  ];
}

/**
 * A lock holds against everybody. A key ends by the hand of a key administrator, who is a person; only keys of pull
 * requests end with their stacks, where such stacks live.
 */
function recordsStay(deployedSuffixes: readonly string[]): Statement[] {
  const shortLived = deployedSuffixes.filter((suffix) => suffix.includes("*"));
  return [
    { Sid: "LocksHold", Effect: "Deny", Action: "s3:BypassGovernanceRetention", Resource: "*" },
    {
      Sid: "KeysStay",
      Effect: "Deny",
      Action: "kms:ScheduleKeyDeletion",
      Resource: "*",
      ...(shortLived.length > 0 && {
        Condition: { StringNotLike: { "aws:ResourceTag/EnvironmentSuffix": shortLived } },
      }),
    },
  ];
}

/** What a preview shows is read by everybody who sees the pull request. */
function plansReadNoContent(plans: string, { stateBucket, stateKeyArn }: Place): Statement[] {
  const Condition = { ArnLike: { "aws:PrincipalArn": plans } };
  return [
    {
      Sid: "PlansReadNoContent",
      Effect: "Deny",
      Action: [
        "kinesis:GetRecords",
        "kinesis:SubscribeToShard",
        "lambda:InvokeFunction",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "rds-db:connect",
        "rds:DownloadCompleteDBLogFile",
        "rds:DownloadDBLogFilePortion",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
      ],
      Resource: "*",
      Condition,
    },
    {
      Sid: "PlansReadNoObjects",
      Effect: "Deny",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      NotResource: `arn:aws:s3:::${stateBucket}/*`,
      Condition,
    },
    {
      Sid: "PlansOpenNothing",
      Effect: "Deny",
      Action: ["kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:Sign"],
      NotResource: stateKeyArn,
      Condition,
    },
  ];
}
