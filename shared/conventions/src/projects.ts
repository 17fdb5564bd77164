/** The layers in the order in which facts move: a layer reads the ones before it, never a later one. */
export const LAYERS = ["security", "network", "data", "compute"] as const;
export type Layer = (typeof LAYERS)[number];

/** Pulumi project names. Fixed at the first deployment: a rename means re-homing every consumer. */
export const project = {
  security: "srs-security",
  network: "srs-network",
  data: "srs-data",
  compute: "srs-compute",
} as const satisfies Record<Layer, string>;
export type ProjectName = (typeof project)[Layer];

export function layerOf(projectName: string): Layer {
  const layer = LAYERS.find((candidate) => project[candidate] === projectName);
  if (layer) return layer;
  throw new Error(
    `"${projectName}" is no stack project. Use one of ${Object.values(project).join(", ")} (shared/conventions/src/projects.ts).`,
  );
}
