export { recordStack, type ProducerContracts, type RecordOptions } from "./record-stack.ts";
export { exportOf, recordSystem, type RecordedSystem } from "./record-system.ts";
export { Recording, type RecordedCall, type RecordedResource } from "./recording.ts";
export {
  inventories,
  PINNED_STACKS,
  pinnedResources,
  type PinnedContract,
  type PinnedResources,
  type PinnedStack,
} from "./inventory.ts";
export {
  WORLD,
  describeEdge,
  openEdges,
  reachability,
  reachableFrom,
  type DeclaredResource,
  type Edge,
  type Rules,
} from "./reachability.ts";
export {
  allowancesForEverybody,
  oversizedPolicies,
  rolesWithoutBoundary,
  statements,
  unsuffixedNames,
  wildcardAllowances,
  wronglyTagged,
  type PolicyStatement,
  type RecordedStatement,
} from "./stack-rules.ts";
export { policyGrammarFaults } from "./policy-grammar.ts";
export * as fixtures from "./fixtures/index.ts";
