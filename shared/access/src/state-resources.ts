/** Exported states as a flat list of what is deployed, with the two ways in which a value may not be known. */
import type { Layer, StackExport } from "@records/deploy";

/** What the engine writes for a value that only the deployment will know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Deployed {
  readonly layer: Layer;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly id: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function deployedResources(states: Readonly<Partial<Record<Layer, StackExport>>>): readonly Deployed[] {
  return Object.entries(states).flatMap(([layer, state]) =>
    (state.deployment.resources ?? [])
      .filter(({ custom }) => custom ?? true)
      .map(({ urn, type, id, inputs, outputs }) => ({
        layer: layer as Layer,
        type,
        name: urn.split("::").slice(3).join("::"),
        id,
        inputs: inputs ?? {},
        outputs: outputs ?? {},
      })),
  );
}

/**
 * A property as text: as it was found when the state was last refreshed, else as the program gave it.
 * `undefined`: not set, secret, or not known before the deployment.
 */
export function textOf({ inputs, outputs }: Deployed, property: string): string | undefined {
  return [outputs[property], inputs[property]].find(
    (value): value is string => typeof value === "string" && value !== "" && !value.includes(UNKNOWN),
  );
}

/** Whether the program gives the property at all: with `textOf` undefined, its value is secret or not known yet. */
export function isGiven({ inputs }: Deployed, property: string): boolean {
  return inputs[property] !== undefined && inputs[property] !== "";
}
