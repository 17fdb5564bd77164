/** What a preview plans: collected from the engine's events, kept in the form of an export, counted by type. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type Layer, LAYERS, planFile } from "./environments.ts";
import type { StackExport, StateResource } from "./states.ts";

/** Steps after which a resource is there. */
const REMAINS = new Set(["same", "create", "update", "replace", "create-replacement", "read", "import"]);

export class Plan {
  readonly #resources = new Map<string, StateResource>();

  /** Takes note of what the engine says of a resource. */
  add({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const metadata = (resOutputsEvent ?? resourcePreEvent)?.metadata;
    if (metadata?.new === undefined || !REMAINS.has(metadata.op)) return;
    this.#resources.set(metadata.urn, metadata.new);
  }

  resources(): readonly StateResource[] {
    return [...this.#resources.values()];
  }

  write(file: string): void {
    const content: StackExport = { version: 3, deployment: { resources: this.resources() } };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Cloud resources by type; components of ours and the engine's own resources are none. */
export function countByType(resources: readonly Pick<StateResource, "type">[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of resources) {
    if (/^(aws|docker-build):/.test(type)) counts[type] = (counts[type] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What was planned last, by layer and type. */
export function plannedCounts(
  root: string,
  stack: string,
  layers: readonly Layer[] = LAYERS,
): Readonly<Record<Layer, Readonly<Record<string, number>>>> {
  const entries = layers.map((layer) => {
    const { deployment } = JSON.parse(readFileSync(planFile(root, stack, layer), "utf8")) as StackExport;
    return [layer, countByType(deployment.resources ?? [])] as const;
  });
  return Object.fromEntries(entries) as Record<Layer, Readonly<Record<string, number>>>;
}

/** The counts of the four layers as lines for a person. */
export function countTable(root: string, stack: string): readonly string[] {
  const counts = plannedCounts(root, stack);
  const types = [...new Set(LAYERS.flatMap((layer) => Object.keys(counts[layer])))].toSorted();
  const title = `Resources of stack ${stack}, by type`;
  const width = Math.max(title.length, ...types.map((type) => type.length)) + 1;
  const columns = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(9)).join("");
  const row = (label: string, of: (layer: Layer) => number) => {
    const cells = LAYERS.map(of);
    const total = cells.reduce((sum, count) => sum + count, 0);
    return `${label.padEnd(width)}${columns([...cells.map((count) => (count === 0 ? "." : count)), total])}`;
  };
  return [
    `${title.padEnd(width)}${columns([...LAYERS, "total"])}`,
    ...types.map((type) => row(type, (layer) => counts[layer][type] ?? 0)),
    row("in all", (layer) => Object.values(counts[layer]).reduce((sum, count) => sum + count, 0)),
  ];
}
