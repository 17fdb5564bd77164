import type { SecurityContract } from "../stacks/security.ts";
import { arnIn, type Place } from "./place.ts";

export function securityExample(place: Place): SecurityContract {
  const { accountId, suffix } = place;
  const arn = arnIn(place);
  const key = (digit: string): string => arn("kms", `key/${digit.repeat(8)}-0000-4000-8000-000000000000`);
  const bucket = (purpose: string) => {
    const name = `srs-${suffix}-${purpose}-${accountId}`;
    return { name, arn: `arn:aws:s3:::${name}` };
  };
  const ciRoles = (layer: string) => ({
    plan: `arn:aws:iam::${accountId}:role/srs-${suffix}-ci-${layer}-plan`,
    apply: `arn:aws:iam::${accountId}:role/srs-${suffix}-ci-${layer}-apply`,
  });
  return {
    kmsKeyArns: {
      database: key("1"),
      cache: key("2"),
      events: key("3"),
      files: key("4"),
      secrets: key("5"),
      audit: key("6"),
      logs: key("7"),
      compute: key("8"),
      studentFields: key("9"),
      backup: key("a"),
      signing: key("b"),
    },
    auditBucket: bucket("audit"),
    accessLogBucket: bucket("access-logs"),
    alertTopicArn: arn("sns", `srs-${suffix}-alerts`),
    securityTopicArn: arn("sns", `srs-${suffix}-security`),
    permissionBoundaryArn: `arn:aws:iam::${accountId}:policy/srs-${suffix}-permission-boundary`,
    trail: { arn: arn("cloudtrail", `trail/srs-${suffix}-trail`), logGroupName: `/srs/${suffix}/trail` },
    ciRoleArns: {
      security: ciRoles("security"),
      network: ciRoles("network"),
      data: ciRoles("data"),
      compute: ciRoles("compute"),
    },
  };
}
