/** The pack over what the engine recorded: `node projects/policy/src/cli.ts --stack prod`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LAYERS, readStates, type StackExport, type States } from "@records/deploy";
import { exceptions } from "../exceptions.ts";
import { placeOf } from "./place.ts";
import { describe } from "./report.ts";
import { mandatory, runPack } from "./run.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const USAGE = "Usage: cli.ts [--stack <name>] [--state <exported state>]... [--json]";

/** Files named one by one; the layer is that of the URNs in them. */
function statesOf(files: readonly string[]): States {
  const states: Partial<Record<string, StackExport>> = {};
  for (const file of files) {
    const state = JSON.parse(readFileSync(file, "utf8")) as StackExport;
    const urn = state.deployment.resources?.[0]?.urn;
    const { layer } = placeOf(urn ?? "");
    if (!(LAYERS as readonly string[]).includes(layer)) {
      throw new Error(
        `${file} is the state of no layer (its resources are of "${layer}"). Export one: make export LAYER=security.`,
      );
    }
    states[layer] = state;
  }
  return Object.fromEntries(LAYERS.map((layer) => [layer, states[layer]])) as States;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: process.env.STACK ?? "local" },
      state: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  const states = values.state.length > 0 ? statesOf(values.state) : await readStates(ROOT, values.stack);
  const result = await runPack(states, { exemptions: exceptions, now: new Date() });
  if (result.layers.length === 0) {
    throw new Error(
      `Stack ${values.stack} has no layer to look at. Deploy or preview it first: make deploy-all STACK=${values.stack}.`,
    );
  }
  process.stdout.write(`${values.json ? JSON.stringify(result, undefined, 2) : describe(values.stack, result)}\n`);
  return mandatory(result).length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
