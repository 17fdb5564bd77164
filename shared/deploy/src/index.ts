export { environmentFor, isLocalStack, LAYERS, type Environment, type Layer } from "./environments.ts";
export { callLocalCloud, startLocalCloud } from "./local-cloud.ts";
export { describeChanges } from "./progress.ts";
