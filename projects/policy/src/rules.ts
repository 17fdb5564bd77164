/** The pack, in the order of the specification (infrastructure.md, section 8). Each rule has fixtures that pass and fail. */
import { costHint, imagesByDigest, noDefaults, noDeprecatedTypes, retentionOfClass } from "./checks/advice.ts";
import { auditLock, bucketSatellites, completeBuckets, publicAccessBlock } from "./checks/buckets.ts";
import { taskHardening } from "./checks/compute.ts";
import { publishedContract } from "./checks/contract.ts";
import { noCredentialVariables, noSecretValues } from "./checks/credentials.ts";
import { auroraComplete } from "./checks/database.ts";
import { customerManagedKeys, keyClassification, ownKey } from "./checks/encryption.ts";
import { firewallInFront } from "./checks/firewall.ts";
import { accessLogFields, completeMethods } from "./checks/gateway.ts";
import {
  noAdministratorPolicies,
  noWildcardActions,
  noWildcardResources,
  permissionBoundary,
} from "./checks/identities.ts";
import { separateKeyDuties } from "./checks/key-separation.ts";
import { keyPolicy, keyRotation, singleRegionKeys } from "./checks/keys.ts";
import { logRetention, trailComplete } from "./checks/logs.ts";
import { streamMappings } from "./checks/mappings.ts";
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
import { guardedSecrets } from "./checks/secrets.ts";
import { noSingletons } from "./checks/singletons.ts";
import { completeTags } from "./checks/tags.ts";
import { encryptedStores, transitEncryption } from "./checks/transit.ts";
import { confusedDeputy, federatedTrust } from "./checks/trust.ts";
import { severalZones } from "./checks/zones.ts";
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
  severalZones,
  encryptedStores,
  noSecretValues,
  noCredentialVariables,
  taskHardening,
  transitEncryption,
  noPublicDoors,
  completeMethods,
  accessLogFields,
  firewallInFront,
  logRetention,
  streamMappings,
  guardedSecrets,
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
