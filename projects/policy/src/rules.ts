/** The pack, by topic. Each rule has a passing and a failing fixture in test/rules.test.ts. */
import { auroraComplete, noCredentialVariables, taskHardening } from "./checks/compute.ts";
import { confusedDeputy, noSecretValues, noWildcardActions, permissionBoundary } from "./checks/identities.ts";
import { customerManagedKeys, keyPolicy, keyRotation } from "./checks/keys.ts";
import { suffixedNames } from "./checks/names.ts";
import { noCidrIngress, noInlineRules, noPublicDoors, transitEncryption } from "./checks/network.ts";
import { bucketSatellites, logRetention, publicAccessBlock, trailComplete } from "./checks/storage.ts";
import { completeTags } from "./checks/tags.ts";
import type { Rule } from "./rule.ts";

export const rules: readonly Rule[] = [
  suffixedNames,
  completeTags,
  keyRotation,
  keyPolicy,
  customerManagedKeys,
  publicAccessBlock,
  bucketSatellites,
  logRetention,
  trailComplete,
  permissionBoundary,
  noWildcardActions,
  confusedDeputy,
  noSecretValues,
  noInlineRules,
  noCidrIngress,
  noPublicDoors,
  transitEncryption,
  auroraComplete,
  taskHardening,
  noCredentialVariables,
];
