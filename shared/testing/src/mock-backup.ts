/** Outputs of what AWS Backup makes, in AWS's form. */
import { createHash } from "node:crypto";

type Inputs = Readonly<Record<string, unknown>>;
interface Created {
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

const uuid = (name: string): string =>
  createHash("sha256")
    .update(name)
    .digest("hex")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
const arn = (resource: string): string => `arn:aws:backup:us-east-1:000000000000:${resource}`;

const vault = (_name: string, inputs: Inputs): Created => {
  const name = String(inputs.name);
  return { id: name, outputs: { arn: arn(`backup-vault:${name}`) } };
};

export const backupCreators: Readonly<Record<string, (name: string, inputs: Inputs) => Created>> = {
  "aws:backup/vault:Vault": vault,
  "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": vault,
  "aws:backup/plan:Plan": (name) => ({ id: uuid(name), outputs: { arn: arn(`backup-plan:${uuid(name)}`) } }),
  "aws:backup/selection:Selection": (name) => ({ id: uuid(name), outputs: {} }),
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": (name, inputs) => {
    const id = String(inputs.name);
    return { id, outputs: { arn: arn(`restore-testing-plan:${id}-${uuid(name)}`) } };
  },
};
