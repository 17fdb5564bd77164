/** The pack, in the order of the specification (infrastructure.md, section 8). Each rule has fixtures that pass and fail. */
import { costHint, imagesByDigest, noDefaults, noDeprecatedTypes, retentionOfClass } from "./checks/advice.ts";
import { auditLock, bucketSatellites, completeBuckets, publicAccessBlock } from "./checks/buckets.ts";
import { auroraComplete, taskHardening } from "./checks/compute.ts";
import { publishedContract } from "./checks/contract.ts";
import { noCredentialVariables, noSecretValues } from "./checks/credentials.ts";
import { customerManagedKeys, keyClassification, ownKey } from "./checks/encryption.ts";
import {
  noAdministratorPolicies,
  noWildcardActions,
  noWildcardResources,
  permissionBoundary,
} from "./checks/identities.ts";
import { separateKeyDuties } from "./checks/key-separation.ts";
import { keyPolicy, keyRotation, singleRegionKeys } from "./checks/keys.ts";
import { logRetention, trailComplete } from "./checks/logs.ts";
import { suffixedNames, suffixedUntaggedNames } from "./checks/names.ts";
import {
  noCidrEgress,
  noCidrIngress,
  noInlineRules,
  noPublicAddresses,
  noPublicDoors,
  singlePortRules,
} from "./checks/network.ts";
import { requiredResources } from "./checks/presence.ts";
import { protectedTypes, retainedIsProtected } from "./checks/protection.ts";
import { oneProvider, oneRegion } from "./checks/provider.ts";
import { reachability } from "./checks/reachability.ts";
import { noSingletons } from "./checks/singletons.ts";
import { completeTags } from "./checks/tags.ts";
import { encryptedStores, transitEncryption } from "./checks/transit.ts";
import { confusedDeputy, federatedTrust } from "./checks/trust.ts";
import type { ResourceRule, Rule, StackRule } from "./rule.ts";

export const rules: readonly Rule[] = [
  suffixedNames,
  suffixedUntaggedNames,
  oneProvider,
  oneRegion,
  completeTags,
  keyRotation,
  keyPolicy,
  singleRegionKeys,
  customerManagedKeys,
  ownKey,
  keyClassification,
  publicAccessBlock,
  bucketSatellites,
  completeBuckets,
  auditLock,
  trailComplete,
  permissionBoundary,
  noWildcardActions,
  noWildcardResources,
  noAdministratorPolicies,
  confusedDeputy,
  federatedTrust,
  separateKeyDuties,
  reachability,
  noInlineRules,
  noCidrIngress,
  noCidrEgress,
  singlePortRules,
  noPublicAddresses,
  auroraComplete,
  encryptedStores,
  noSecretValues,
  noCredentialVariables,
  taskHardening,
  transitEncryption,
  noPublicDoors,
  logRetention,
  protectedTypes,
  retainedIsProtected,
  requiredResources,
  noSingletons,
  publishedContract,
  costHint,
  noDefaults,
  imagesByDigest,
  retentionOfClass,
  noDeprecatedTypes,
];

export const resourceRules: readonly ResourceRule[] = rules.filter((rule) => rule.scope === "resource");
export const stackRules: readonly StackRule[] = rules.filter((rule) => rule.scope === "stack");
