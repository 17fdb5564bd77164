/** The four stacks as one system: each layer reads what the layers before it publish, so that names and ARNs agree. */
import { ACCOUNT_ID, createdState } from "./mock-cloud.ts";
import { recordStack, type ProducerContracts } from "./record-stack.ts";
import type { Recording } from "./recording.ts";

const LAYERS = ["security", "network", "data", "compute"] as const;
type Layer = (typeof LAYERS)[number];
export type RecordedSystem = Readonly<Record<Layer, Recording>>;

/**
 * Records the programs in order, in the recording engine's account: the settings files name each environment's own,
 * and policies must speak of the account that the ARNs are in.
 */
export async function recordSystem(stack = "local"): Promise<RecordedSystem> {
  const contracts: Partial<Record<Layer, unknown>> = {};
  const recorded: Partial<Record<Layer, Recording>> = {};
  for (const layer of LAYERS) {
    const config = { "aws:allowedAccountIds": JSON.stringify([ACCOUNT_ID]) };
    const recording = await recordStack(`projects/${layer}`, contracts satisfies ProducerContracts, { stack, config });
    recorded[layer] = recording;
    contracts[layer] = recording.contract as unknown;
  }
  return recorded as RecordedSystem;
}

/** A recording in the form of an exported state, with ids and outputs as the recording engine gave them. */
export function exportOf(recording: Recording, stack: string, layer: Layer) {
  const resources = recording.resources.map(({ type, name, custom, inputs }) => {
    const { id, outputs } = createdState(type, name, inputs);
    return {
      urn: `urn:pulumi:${stack}::srs-${layer}::${type}::${name}`,
      type,
      custom,
      ...(custom ? { id } : {}),
      inputs,
      // A provider reports what it was given, and adds to it.
      outputs: { ...outputs, ...inputs },
    };
  });
  return { version: 3, deployment: { resources } };
}
