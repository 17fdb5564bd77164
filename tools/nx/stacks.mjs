/**
 * Targets of every stack project, inferred from its Pulumi.yaml: preview, deploy, refresh, drift, destroy, outputs, export.
 * Each names every transitive upstream, so that the order holds whichever layers are asked for.
 */
import { dirname, basename } from "node:path";
import { createNodesFromFiles } from "@nx/devkit";

/** Order of deployment; a layer's upstreams are all those before it. */
const LAYERS = ["security", "network", "data", "compute"];

/**
 * Built before any layer: later layers pack these, and a build that fails stops before the first layer has changed.
 */
const APPLICATIONS = ["api", "consumers", "database"];

function verb(layer, command, dependsOn) {
  return {
    executor: "nx:run-commands",
    cache: false,
    parallelism: false,
    dependsOn,
    options: {
      cwd: "{workspaceRoot}",
      command: `node shared/deploy/src/cli.ts ${command} --project ${layer}`,
      forwardAllArgs: true,
    },
    metadata: { description: `${command} the layer ${layer} of the stack named by STACK` },
  };
}

function targetsOf(layer) {
  const at = LAYERS.indexOf(layer);
  if (at < 0)
    throw new Error(`projects/${layer} has a Pulumi.yaml but is not a layer: add it to LAYERS in tools/nx/stacks.mjs`);
  // Whoever has built already says so: Nx puts bundles back from its cache by taking them away first, and tests that run
  // side by side would look for them in that moment.
  const builds = process.env.RECORDS_PREBUILT
    ? []
    : APPLICATIONS.map((project) => ({ projects: [project], target: "build" }));
  const after = (layers, target) => layers.map((project) => ({ projects: [project], target }));
  return {
    preview: verb(layer, "preview", builds),
    deploy: verb(layer, "up", [...builds, ...after(LAYERS.slice(0, at), "deploy")]),
    refresh: verb(layer, "refresh", builds),
    drift: verb(layer, "drift", builds),
    // Nx has no reverse order: it is written out.
    destroy: verb(layer, "destroy", after(LAYERS.slice(at + 1), "destroy")),
    outputs: verb(layer, "outputs", []),
    export: verb(layer, "export", []),
  };
}

export const createNodesV2 = [
  "projects/*/Pulumi.yaml",
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = dirname(file);
        return { projects: { [root]: { targets: targetsOf(basename(root)) } } };
      },
      files,
      options,
      context,
    ),
];
