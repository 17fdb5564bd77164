import { Type, type Static } from "typebox";
import { Arn, Bucket, Name } from "./formats.ts";

/**
 * Published by projects/security; read by network, data and compute.
 * Names and ARNs only: one secret field would turn the whole object secret in every consumer.
 */
export const SecurityContract = Type.Object({
  /** One customer-managed key per purpose: what is encrypted, not who encrypts it. */
  kmsKeyArns: Type.Object({
    database: Arn,
    cache: Arn,
    events: Arn,
    files: Arn,
    secrets: Arn,
    audit: Arn,
    logs: Arn,
    compute: Arn,
  }),
  /** Write-once store of trail, flow logs and audit export. */
  auditBucket: Bucket,
  /** Target of load-balancer and S3 access logs. */
  accessLogBucket: Bucket,
  /** Ceiling that every role of the platform sets. */
  permissionBoundaryArn: Arn,
  /** Absent where another stack of the account has the trail: stacks of pull requests. */
  trail: Type.Optional(Type.Object({ arn: Arn, logGroupName: Name })),
});
export type SecurityContract = Static<typeof SecurityContract>;
