export { environmentFor, isLocalStack, LAYERS, type Environment, type Layer } from "./environments.ts";
export { callLocalCloud, startLocalCloud } from "./local-cloud.ts";
export { plannedCounts } from "./plan.ts";
export { describeChanges } from "./progress.ts";
export { readStates, type StackExport, type StateResource, type States } from "./states.ts";
