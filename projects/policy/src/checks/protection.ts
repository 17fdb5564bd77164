import { placeOf, purposeOf } from "../place.ts";
import type { ResourceRule } from "../rule.ts";

/** What is not made again when it is lost: the engine refuses to delete it, and leaves it in AWS if its declaration goes. */
const KEPT: ReadonlySet<string> = new Set([
  "aws:backup/vault:Vault",
  "aws:cloudtrail/trail:Trail",
  "aws:cognito/userPool:UserPool",
  "aws:efs/fileSystem:FileSystem",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:secretsmanager/secret:Secret",
]);
/** Can be made again, but not without an outage. */
const PROTECTED: ReadonlySet<string> = new Set([
  "aws:apigateway/domainName:DomainName",
  "aws:ecr/repository:Repository",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kinesis/stream:Stream",
  "awsx:ec2:Vpc",
]);
const BUCKET = "aws:s3/bucket:Bucket";
const KEPT_BUCKETS: readonly (string | undefined)[] = ["audit", "archive"];

export const protectedTypes: ResourceRule = {
  id: "POL-31",
  name: "stateful-is-protected",
  pins: "OPS-46, SEC-34, NET-39, DATA-16",
  holds:
    "In staging and prod the engine refuses a plan that deletes or replaces what holds records, keys or evidence: each carries its protection.",
  remedy: "Pass protect and retainOnDelete from the sizing table (sizing.protect, sizing.retainOnDelete).",
  level: "mandatory",
  scope: "resource",
  types: [...KEPT, ...PROTECTED, BUCKET],
  check: (resource) => {
    const { type, props, protect, retainOnDelete } = resource;
    if (!placeOf(resource.urn).lasting) return [];
    const kept = () => KEPT.has(type) || (type === BUCKET && KEPT_BUCKETS.includes(purposeOf(String(props.bucket))));
    return [
      () => (kept() || PROTECTED.has(type)) && !protect && "protect is not set: a plan may delete or replace it.",
      () => kept() && retainOnDelete === false && "retainOnDelete is not set: a removed declaration deletes it.",
    ];
  },
};

export const retainedIsProtected: ResourceRule = {
  id: "POL-31",
  name: "retained-is-protected",
  pins: "OPS-46, TRAP-17",
  holds:
    "What stays in AWS when its declaration goes is protected too: unseen there, it would collide with its successor.",
  remedy: "Set protect together with retainOnDelete.",
  level: "mandatory",
  scope: "resource",
  check: ({ protect, retainOnDelete }) =>
    retainOnDelete === true && !protect && "retainOnDelete is set without protect.",
};
