export { LAYERS, layerOf, project, type Layer, type ProjectName } from "./projects.ts";
export {
  ENVIRONMENTS,
  deployerSuffixOf,
  environmentOf,
  environmentSuffixOf,
  isPullRequestStack,
  type Environment,
} from "./environment.ts";
export { NAMED_SERVICES, bucketName, cognitoDomainPrefix, physicalName, type NamedService } from "./names.ts";
export {
  ACCOUNT_ROLES,
  PLANNED_ROLES,
  ROLES,
  applyRoleName,
  onboardingRole,
  planRoleName,
  roleArn,
  roleName,
  type Role,
} from "./roles.ts";
export { SIZING, sizingFor, type Sizing } from "./sizing.ts";
export {
  CLASSIFICATIONS,
  RETENTION_CLASSES,
  TAG_VOCABULARY,
  registerTags,
  stackTags,
  tagged,
  tagsFor,
  type Classification,
  type ResourceTags,
  type RetentionClass,
  type StackTags,
  type TagKey,
} from "./tags.ts";
export { TAGGABLE_TYPES } from "./taggable.generated.ts";
export {
  parseContract,
  publish,
  readContract,
  requireVersion,
  strayFields,
  type Inputs,
  type Outputs,
} from "./contract.ts";
export { FIXTURE_VARIABLE, fixtureAllowed } from "./contract-fixture.ts";
export { hostAndPort } from "./endpoint.ts";
export { SUBNET_MASKS, cutZone, parseCidr, unusedMasks, zoneIds, zoneMask, type SubnetTier } from "./subnets.ts";
export { stackSettings, type StackSettings } from "./settings.ts";
export {
  accountPrincipal,
  denyInsecureTransport,
  denyOtherAccounts,
  policyDocument,
  trustPolicy,
  type Statement,
} from "./policy-documents.ts";
export { registerTransform } from "./transforms.ts";
