import { mkdirSync, rmSync, writeFileSync } from "node:fs";
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
  const at = LAYERS.indexOf(layer);
  for (const [index, each] of LAYERS.entries()) {
    const project = projectName(projectFolder(root, each));
    const file = checkpointFile(environment, project);
    rmSync(file, { force: true });
    if (index >= at || each === "compute") continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(publishing(environment.stack, project, examples[each])));
  }
}

/** A checkpoint of a stack that holds nothing but its outputs. */
function publishing(stack: string, project: string, contract: unknown) {
  const urn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  return {
    version: 3,
    checkpoint: {
      stack: `organization/${project}/${stack}`,
      latest: {
        manifest: { time: new Date().toISOString(), magic: "", version: "" },
        resources: [
          {
            urn,
            custom: false,
            type: "pulumi:pulumi:Stack",
            outputs: { contract, contractVersion: 1_000, example: true },
          },
        ],
      },
    },
  };
}
