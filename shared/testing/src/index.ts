export { recordStack, type ProducerContracts, type RecordOptions } from "./record-stack.ts";
export { Recording, type RecordedCall, type RecordedResource } from "./recording.ts";
export * as fixtures from "./fixtures/index.ts";
