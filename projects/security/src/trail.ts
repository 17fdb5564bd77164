import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, tagsFor, trustPolicy } from "@records/conventions";
import type { Config } from "../config.ts";
import { trailArn } from "./expected-arns.ts";
import type { KeyPurpose } from "./key-uses.ts";
import { eventSelectors } from "./trail-selectors.ts";

export interface TrailArgs {
  config: Config;
  keys: Record<KeyPurpose, pulumi.Output<string>>;
  auditBucket: pulumi.Output<{ name: string; arn: string }>;
  boundaryArn: pulumi.Input<string>;
}

/** Who did what in the account: every management call, every touch of the stores that matter, every function call. */
export class Trail extends pulumi.ComponentResource {
  /** Undefined where another stack of the account has the trail already. */
  readonly published: pulumi.Output<{ arn: string; logGroupName: string }> | undefined;

  constructor(name: string, args: TrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:Trail", name, {}, opts);
    this.published = args.config.accountBaseline ? this.create(name, args) : undefined;
    this.registerOutputs({ published: this.published });
  }

  private create(name: string, { config, keys, auditBucket, boundaryArn }: TrailArgs): Trail["published"] {
    const { sizing } = config;
    const child = { parent: this };
    const group = new aws.cloudwatch.LogGroup(
      name,
      {
        name: config.name("trail", "logGroup"),
        kmsKeyId: keys.logs,
        retentionInDays: sizing.logRetentionDays,
        logGroupClass: "STANDARD",
        tags: tagsFor({ classification: "audit", retention: "operational-400d" }),
      },
      child,
    );
    const role = new aws.iam.Role(
      "trail-logs",
      {
        name: config.roleName("trail-logs"),
        description: "Lets CloudTrail write to its log group",
        assumeRolePolicy: trustPolicy("cloudtrail.amazonaws.com", {
          accountId: config.accountId,
          arnLike: trailArn(config),
        }),
        permissionsBoundary: boundaryArn,
        tags: tagsFor({ classification: "internal", retention: "none" }),
      },
      child,
    );
    const rolePolicy = new aws.iam.RolePolicy(
      "trail-logs",
      {
        name: role.name,
        role: role.name,
        policy: policyDocument([
          {
            Sid: "WriteOwnGroup",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${group.arn}:log-stream:${config.accountId}_CloudTrail_${config.region}*`,
          },
        ]),
      },
      child,
    );
    const trail = new aws.cloudtrail.Trail(
      name,
      {
        name: config.name("trail", "trail"),
        s3BucketName: auditBucket.name,
        kmsKeyId: keys.audit,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
        cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
        cloudWatchLogsRoleArn: role.arn,
        insightSelectors: [{ insightType: "ApiCallRateInsight" }, { insightType: "ApiErrorRateInsight" }],
        advancedEventSelectors: eventSelectors(config),
        tags: tagsFor({ classification: "audit", retention: "audit-7y" }),
      },
      { parent: this, dependsOn: [rolePolicy], protect: sizing.protect, retainOnDelete: sizing.retainOnDelete },
    );
    return pulumi.all([trail.arn, group.name]).apply(([arn, logGroupName]) => ({ arn, logGroupName }));
  }
}
