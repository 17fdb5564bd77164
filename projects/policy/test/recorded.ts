/** Recorded programs in the form of an exported state, so that the whole pack can look at them. */
import type { StackExport, States } from "@records/deploy";
import { exportOf, recordSystem, type Recording } from "@records/testing";

type Layer = keyof States;

/** What recordings know beyond ids and outputs: protection, and what the stack publishes. */
function stateOf(recording: Recording, stack: string, layer: Layer): StackExport {
  const { version, deployment } = exportOf(recording, stack, layer);
  const resources = deployment.resources.map((resource, index) => {
    const { protect = false, retainOnDelete = false } = recording.resources[index]?.options ?? {};
    return { ...resource, protect, retainOnDelete };
  });
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::srs-${layer}::${type}::srs-${layer}-${stack}`;
  const outputs = { contract: recording.contract as unknown, contractVersion: recording.contractVersion };
  return { version, deployment: { resources: [{ urn, type, custom: false, inputs: {}, outputs }, ...resources] } };
}

/** The four layers of a stack, as they would be exported after a deployment. */
export async function recordedStates(stack: string): Promise<States> {
  const system = await recordSystem(stack);
  const layers = Object.entries(system) as [Layer, Recording][];
  return Object.fromEntries(layers.map(([layer, recording]) => [layer, stateOf(recording, stack, layer)])) as States;
}
