import { Type, type Static } from "typebox";
import { Arn, Bucket, Name } from "./formats.ts";

/** CI identities of one layer: one reads to preview, one applies. */
const CiRoles = Type.Object({ plan: Arn, apply: Arn });

/**
 * Published by projects/security; read by network, data and compute.
 * Names and ARNs only: one secret field would turn the whole object secret in every consumer.
 */
export const SecurityContract = Type.Object({
  /** One customer-managed key per purpose: what is encrypted, not who encrypts it. */
  kmsKeyArns: Type.Object({
    database: Arn,
    /** Wraps the data keys of each student; calls name the student and the purpose. */
    studentFields: Arn,
    cache: Arn,
    events: Arn,
    files: Arn,
    secrets: Arn,
    audit: Arn,
    logs: Arn,
    compute: Arn,
    backup: Arn,
    /** Signs and verifies; encrypts nothing. */
    signing: Arn,
  }),
  /** Write-once store of trail, flow logs and audit export. */
  auditBucket: Bucket,
  /** Target of load-balancer and S3 access logs. */
  accessLogBucket: Bucket,
  /** Where alarms of operation go. */
  alertTopicArn: Arn,
  /** Where notices of tampering and of threats go. */
  securityTopicArn: Arn,
  /** Ceiling that every role of the platform sets. */
  permissionBoundaryArn: Arn,
  /** Absent where another stack of the account has the trail: stacks of pull requests. */
  trail: Type.Optional(Type.Object({ arn: Arn, logGroupName: Name })),
  /** By layer. Absent where another stack of the account has them: stacks of pull requests are deployed by dev's. */
  ciRoleArns: Type.Optional(Type.Object({ security: CiRoles, network: CiRoles, data: CiRoles, compute: CiRoles })),
});
export type SecurityContract = Static<typeof SecurityContract>;
