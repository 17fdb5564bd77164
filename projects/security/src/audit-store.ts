import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "@records/components";
import { ACCOUNT_ROLES, accountPrincipal, roleArn, type StackSettings, type Statement } from "@records/conventions";
import type { Config } from "../config.ts";
import { serviceWrites } from "./deliveries.ts";
import { detectorArns, trailArn } from "./expected-arns.ts";
import { auditLifecycle } from "./retention.ts";

export interface AuditStoreArgs {
  config: Config;
  keyArn: pulumi.Input<string>;
  accessLogBucket: PrivateBucket["bucket"];
}

/** Write-once store of everything an auditor asks for: trail, flow logs, findings, audit export, signed anchors. */
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
        lifecycle: auditLifecycle,
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

type Place = Pick<StackSettings, "accountId" | "arn" | "name" | "roleArn" | "applyRole">;

export function auditStatements(place: Place, bucketArn: string, keyArn: pulumi.Input<string>): Statement[] {
  const { accountId } = place;
  const everything = `${bucketArn}/*`;
  const auditor = roleArn(accountId, ACCOUNT_ROLES.auditor);
  return [
    {
      // Only a key that is named: log delivery names none and relies on the bucket's default. A denial that says
      // "not equals" also meets requests without the key, with "if exists" or without it.
      Sid: "DenyOtherKeys",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: everything,
      Condition: {
        Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
      },
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
      Resource: [bucketArn, everything],
      Condition: { ArnNotLike: { "aws:PrincipalArn": roleArn(accountId, place.applyRole("security")) } },
    },
    {
      // Within one account a role's own policy is enough to read, so that only the auditor does has to be said as a denial.
      Sid: "DenyReadingToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: everything,
      Condition: { ArnNotLike: { "aws:PrincipalArn": auditor }, Bool: { "aws:PrincipalIsAWSService": "false" } },
    },
    ...serviceWrites("Trail", "cloudtrail.amazonaws.com", {
      bucketArn,
      accountId,
      sourceArn: trailArn(place),
      looks: ["s3:GetBucketAcl"],
    }),
    ...serviceWrites("LogDelivery", "delivery.logs.amazonaws.com", {
      bucketArn,
      accountId,
      sourceArn: place.arn("logs", "*"),
      looks: ["s3:GetBucketAcl"],
    }),
    ...serviceWrites("Findings", "guardduty.amazonaws.com", {
      bucketArn,
      accountId,
      sourceArn: detectorArns(place),
      looks: ["s3:GetBucketLocation"],
    }),
    {
      Sid: "ExporterWrites",
      Effect: "Allow",
      Principal: accountPrincipal(accountId),
      Action: "s3:PutObject",
      Resource: [`${bucketArn}/audit/*`, `${bucketArn}/anchors/*`],
      Condition: { ArnLike: { "aws:PrincipalArn": place.roleArn("audit-exporter") } },
    },
    {
      Sid: "AuditorReads",
      Effect: "Allow",
      Principal: accountPrincipal(accountId),
      Action: "s3:GetObject",
      Resource: everything,
      Condition: { ArnLike: { "aws:PrincipalArn": auditor } },
    },
  ];
}
