import * as pulumi from "@pulumi/pulumi";
import { ACCOUNT_ROLES, accountPrincipal, applyRoleName, roleArn, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { trailName } from "./key-uses.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** Seven years, and a month on top: what is locked must not expire first. */
const KEPT_DAYS = 2555 + 30;

export interface AuditStoreArgs {
  config: Config;
  keyArn: pulumi.Input<string>;
  accessLogBucket: PrivateBucket["bucket"];
}

/** Write-once store of everything an auditor asks for: trail, flow logs, audit export. */
export class AuditStore extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket["bucket"];

  constructor(name: string, args: AuditStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("srs:security:AuditStore", name, {}, opts);
    const { config } = args;
    const store = new PrivateBucket(
      name,
      {
        bucket: config.bucketName("audit"),
        keyArn: args.keyArn,
        lock: config.sizing.objectLock,
        lifecycle: [
          {
            id: "age",
            status: "Enabled",
            filter: { prefix: "" },
            transitions: [
              { days: 90, storageClass: "STANDARD_IA" },
              { days: 365, storageClass: "GLACIER_IR" },
            ],
            expiration: { days: KEPT_DAYS },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
        statements: (arn) => auditStatements(config, arn, args.keyArn),
        accessLogBucket: args.accessLogBucket.name,
        classification: "audit",
        retention: "audit-7y",
        sizing: config.sizing,
      },
      { parent: this },
    );
    this.bucket = store.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

export function auditStatements(
  config: Pick<Config, "accountId" | "suffix" | "arn">,
  bucketArn: string,
  keyArn: pulumi.Input<string>,
): Statement[] {
  const { accountId, suffix } = config;
  const writer = (sid: string, service: string, sourceArn: string): Statement[] => {
    const condition = { StringEquals: { "aws:SourceAccount": accountId }, ArnLike: { "aws:SourceArn": sourceArn } };
    const principal = { Service: service };
    return [
      {
        Sid: `${sid}Writes`,
        Effect: "Allow",
        Principal: principal,
        Action: "s3:PutObject",
        Resource: `${bucketArn}/*`,
        Condition: condition,
      },
      {
        Sid: `${sid}Looks`,
        Effect: "Allow",
        Principal: principal,
        Action: "s3:GetBucketAcl",
        Resource: bucketArn,
        Condition: condition,
      },
    ];
  };
  return [
    {
      // If exists: log delivery names no key and relies on the bucket's default.
      Sid: "DenyOtherKeys",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*`,
      Condition: { StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } },
    },
    {
      Sid: "DenyUndoing",
      Effect: "Deny",
      Principal: "*",
      Action: [
        "s3:BypassGovernanceRetention",
        "s3:DeleteObjectVersion",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutLifecycleConfiguration",
      ],
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { ArnNotLike: { "aws:PrincipalArn": roleArn(accountId, applyRoleName(suffix, "security")) } },
    },
    ...writer("Trail", "cloudtrail.amazonaws.com", config.arn("cloudtrail", `trail/${trailName(suffix)}`)),
    ...writer("LogDelivery", "delivery.logs.amazonaws.com", config.arn("logs", "*")),
    {
      Sid: "AuditorReads",
      Effect: "Allow",
      Principal: accountPrincipal(accountId),
      Action: "s3:GetObject",
      Resource: `${bucketArn}/*`,
      Condition: { ArnLike: { "aws:PrincipalArn": roleArn(accountId, ACCOUNT_ROLES.auditor) } },
    },
  ];
}
