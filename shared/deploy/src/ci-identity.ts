import { applyRoleName, deployerSuffixOf, environmentSuffixOf, planRoleName, roleArn } from "@records/conventions";
import { isLocalStack, type Layer, planningFor } from "./environments.ts";
import { accountOf } from "./planner.ts";

/** What continuous integration needs to work on a layer of an environment on AWS. */
export interface CiIdentity {
  /** ARN of the role that it takes by OIDC. */
  readonly role: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** URL of the Pulumi backend: the account's state bucket (infrastructure.md OPS-39). */
  readonly backend: string;
}

const REGION = "us-east-1";

/** @throws for a stack of this machine, which needs no identity */
export function ciIdentity(root: string, stack: string, layer: Layer, as: "plan" | "apply"): CiIdentity {
  if (isLocalStack(stack))
    throw new Error(`Stack ${stack} runs on this machine and takes no role. Name dev, staging or prod.`);
  const account = accountOf(root, planningFor(stack, root), layer);
  const suffix = deployerSuffixOf(stack, environmentSuffixOf(stack));
  const name = as === "plan" ? planRoleName(suffix, layer) : applyRoleName(suffix, layer);
  return {
    role: roleArn(account, name),
    account,
    region: REGION,
    backend: `s3://srs-pulumi-state-${account}?region=${REGION}&awssdk=v2`,
  };
}
