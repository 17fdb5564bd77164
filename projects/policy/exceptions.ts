/**
 * Accepted exceptions (infrastructure.md, section 10) from rules of the pack. Each covers one violation of one rule, and
 * from the day of its review on the rule fails again. EXC-2 and EXC-3 are not here: no rule of the pack meets them. EXC-4
 * joins with the first partner: `guarded-secrets`, `urn:pulumi:*::srs-data::*aws:secretsmanager/secret:Secret::partners-*`.
 */
import type { Exemption } from "./src/exemption.ts";

export const exceptions: readonly Exemption[] = [
  {
    id: "EXC-1",
    rule: "customer-managed-keys",
    urn: "urn:pulumi:*::srs-security::*BucketServerSideEncryptionConfiguration::access-logs",
    reason: "load-balancer log delivery writes only to a bucket under S3's own keys",
    owner: "team-security",
    reviewBy: "2027-11-01",
  },
  {
    id: "EXC-5",
    rule: "no-default-names",
    urn: "urn:pulumi:*::srs-network::*aws:vpc/securityGroup*gressRule::*db-proxy*-5432",
    reason: "the database proxy's port is fixed; the cluster behind it listens on another",
    owner: "team-data",
    reviewBy: "2027-11-01",
  },
  ...["api-task", "consumer", "rotation"].map(
    (group) =>
      ({
        id: "EXC-6",
        rule: "security-group-no-cidr-egress",
        urn: `urn:pulumi:*::srs-network::*SecurityGroupEgressRule::${group}-to-internet-443`,
        reason:
          "token keys, partner hosts and two control APIs have no stable addresses; DNS decides which names resolve",
        owner: "team-network",
        reviewBy: "2027-05-01",
      }) as const,
  ),
  {
    id: "EXC-7",
    rule: "kms-single-region",
    urn: "urn:pulumi:*::srs-security::*aws:kms/key:Key::student-fields",
    reason: "a field that the application encrypted can only be opened with the same key material",
    owner: "team-security",
    reviewBy: "2027-11-01",
  },
  {
    id: "EXC-8",
    rule: "kms-key-rotation",
    urn: "urn:pulumi:*::srs-security::*aws:kms/key:Key::signing",
    reason: "asymmetric keys do not rotate by themselves; a new key takes the alias once a year",
    owner: "team-security",
    reviewBy: "2027-11-01",
  },
];
