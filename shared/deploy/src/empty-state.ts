import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { sizingFor } from "@records/conventions";
import { exampleContracts } from "@records/contracts/examples";
import { checkpointFile, type Environment, type Layer, LAYERS, projectFolder, projectName } from "./environments.ts";
import { accountOf } from "./planner.ts";

/**
 * Makes the state of a plan: nothing of the layer itself, and of the layers before it what they would publish, as
 * labelled examples. A preview leaves outputs unknown, so their own plans cannot serve.
 */
export function startEmpty(root: string, environment: Environment, layer: Layer): void {
  const place = {
    accountId: accountOf(root, environment, layer),
    region: "us-east-1",
    suffix: environment.stack,
    zones: sizingFor(environment.stack).availabilityZones,
  };
  const examples = exampleContracts(place);
  const upstream = LAYERS.slice(0, LAYERS.indexOf(layer));
  for (const each of [...upstream, layer]) {
    const project = projectName(projectFolder(root, each));
    const file = checkpointFile(environment, project);
    const outputs =
      each === layer || each === "compute"
        ? undefined
        : { contract: examples[each], contractVersion: 1_000, example: true };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(checkpoint(environment.stack, project, outputs)));
  }
}

/** A checkpoint of a stack that holds nothing but its outputs; of an empty one without them. */
export function checkpoint(stack: string, project: string, outputs: unknown) {
  const urn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  const resources = outputs === undefined ? [] : [{ urn, custom: false, type: "pulumi:pulumi:Stack", outputs }];
  return {
    version: 3,
    checkpoint: {
      stack: `organization/${project}/${stack}`,
      latest: { manifest: { time: new Date().toISOString(), magic: "", version: "" }, resources },
    },
  };
}
