import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type Layer, LAYERS } from "./environments.ts";

/**
 * What an update did to the layer's contract. A value behind an output may change without any consumer being marked as
 * changed (OPS-29): somebody has to look at them.
 */
export class ContractChange {
  #before: unknown;
  #after: unknown;

  readonly add = ({ resOutputsEvent }: EngineEvent): void => {
    if (resOutputsEvent?.metadata.type !== "pulumi:pulumi:Stack") return;
    const { old, new: now } = resOutputsEvent.metadata;
    this.#before = (old?.outputs as { contract?: unknown } | undefined)?.contract;
    this.#after = (now?.outputs as { contract?: unknown } | undefined)?.contract;
  };

  /** Lines for the person who deployed; none at a first deployment, after which nobody stands on the layer yet. */
  advice(layer: Layer, stack: string): readonly string[] {
    const consumers = LAYERS.slice(LAYERS.indexOf(layer) + 1);
    if (this.#before === undefined || consumers.length === 0) return [];
    const changed = changedPaths(this.#before, this.#after);
    if (changed.length === 0) return [];
    return [
      `the contract changed: ${changed.join(", ")}. The layers after this one do not notice by themselves; look at each, then deploy them in order:`,
      ...consumers.map((consumer) => `  make preview LAYER=${consumer} STACK=${stack}`),
    ];
  }
}

/** Paths of fields that were added, removed or given another value. */
export function changedPaths(before: unknown, after: unknown, path = ""): readonly string[] {
  if (!isObject(before) || !isObject(after))
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path || "all of it"];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .flatMap((field) => changedPaths(before[field], after[field], path === "" ? field : `${path}.${field}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
