import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { LAYERS } from "../src/environments.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..", "..");

interface Target {
  readonly cache?: boolean;
  readonly dependsOn?: readonly { readonly projects: readonly string[]; readonly target: string }[];
}

async function targetsOf(layer: string): Promise<Readonly<Record<string, Target>>> {
  const { stdout } = await run(process.execPath, ["node_modules/.bin/nx", "show", "project", layer, "--json"], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: "", NX_DAEMON: "false", NX_ISOLATE_PLUGINS: "false" },
  });
  return (JSON.parse(stdout) as { targets: Record<string, Target> }).targets;
}

function edges({ dependsOn = [] }: Target, target: string): readonly string[] {
  return dependsOn.filter((edge) => edge.target === target).flatMap(({ projects }) => projects);
}

jest.setTimeout(30_000);

describe.each(LAYERS.map((layer, at) => ({ layer, upstream: LAYERS.slice(0, at), downstream: LAYERS.slice(at + 1) })))(
  "the task graph of $layer",
  ({ layer, upstream, downstream }) => {
    it("deploys after every upstream layer and destroys after every downstream one, and never from a cache", async () => {
      const targets = await targetsOf(layer);
      expect(edges(targets.deploy!, "deploy")).toEqual(upstream);
      expect(edges(targets.destroy!, "destroy")).toEqual(downstream);
      for (const name of ["preview", "deploy", "refresh", "destroy", "outputs", "export"]) {
        expect([name, targets[name]?.cache]).toEqual([name, false]);
      }
    });
  },
);
