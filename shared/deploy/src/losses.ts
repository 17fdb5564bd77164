/** What a plan would take away for good: refused where education records are kept, whatever the engine's own flags say. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Types that hold records, keys or evidence, or on which such resources rest (infrastructure.md OPS-46). */
export const KEPT_TYPES: ReadonlySet<string> = new Set([
  "aws:backup/vault:Vault",
  "aws:cloudtrail/trail:Trail",
  "aws:cognito/userPool:UserPool",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ecr/repository:Repository",
  "aws:efs/fileSystem:FileSystem",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kinesis/stream:Stream",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
]);
const LOSING = new Set(["delete", "replace", "delete-replaced"]);

/** Whether an environment keeps education records that nobody may lose by a deployment. */
export function holdsRecords(environment: string): boolean {
  return environment === "staging" || environment === "prod";
}

export class Losses {
  readonly #urns = new Set<string>();

  add({ resourcePreEvent }: EngineEvent): void {
    if (resourcePreEvent === undefined) return;
    const { op, type, urn } = resourcePreEvent.metadata;
    if (KEPT_TYPES.has(type) && LOSING.has(op)) this.#urns.add(urn);
  }

  /** @throws when the plan loses something, with its URNs (POL-31) */
  refuse(stack: string): void {
    if (this.#urns.size === 0) return;
    throw new Error(
      `The plan of ${stack} deletes or replaces what must stay (POL-31, OPS-46):\n` +
        [...this.#urns].map((urn) => `  ${urn}`).join("\n") +
        "\nChange the program so that it stays; a replacement that is really wanted is a runbook for two people, not a deployment.",
    );
  }
}
