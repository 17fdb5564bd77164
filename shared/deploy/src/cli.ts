/** One project, one stack, one verb: `node shared/deploy/src/cli.ts up --project data --stack local`. */
import { join } from "node:path";
import { Command, Option } from "commander";
import { CommandError, ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { ciIdentity } from "./ci-identity.ts";
import { environmentFor, type Layer, LAYERS, planningFor } from "./environments.ts";
import { print } from "./print.ts";
import { preview, previewAll } from "./preview.ts";
import { check, destroy, drift, exportState, outputs, refresh, type Target, up } from "./verbs.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

const VERBS: readonly (readonly [name: string, what: string, run: (target: Target) => Promise<void>])[] = [
  ["up", "deploy the layer", up],
  ["check", "check the plan against policies and contracts, and show what is wrong with it", check],
  ["refresh", "compare the state with what is there", refresh],
  ["drift", "compare the state with what is there, change neither, and fail when they differ", drift],
  ["destroy", "remove the layer (refused for staging and prod)", destroy],
  ["outputs", "print the stack's outputs as JSON, secrets masked", outputs],
  ["export", "print the stack's state as JSON, secrets encrypted", exportState],
];

/** What a person needs of a failure: the engine's own diagnostics were printed as they came, unless it failed before any. */
function explain(error: unknown): string {
  if (error instanceof ConcurrentUpdateError)
    return "another update of this stack is running: wait for it, then try again";
  if (error instanceof CommandError) {
    const said = /^error: .*$/gm.exec(error.message)?.[0];
    return `the engine refused or failed; its messages are above${said ? `\n${said}` : ""}`;
  }
  return error instanceof Error ? error.message : String(error);
}

const stackOption = () =>
  new Option("--stack <name>", "stack: local, local-<name>, dev, pr<number>, staging, prod").default(
    process.env.STACK ?? "local",
  );

interface PreviewOptions {
  readonly project?: Layer;
  readonly stack: string;
  readonly quiet: boolean;
  readonly empty: boolean;
}

function commandLine(): Command {
  const program = new Command("deploy").description("Runs one verb on one layer of one stack.").showHelpAfterError();
  for (const [name, what, run] of VERBS) {
    program
      .command(name)
      .description(what)
      .addOption(new Option("--project <layer>", "layer to work on").choices(LAYERS).makeOptionMandatory())
      .addOption(stackOption())
      .action(async (options: { project: Layer; stack: string }) => {
        await run({ root: ROOT, environment: environmentFor(options.stack, ROOT), layer: options.project });
      });
  }
  program
    .command("preview")
    .description(
      "show what a deployment would change; without --project of all layers, with the number of resources by type",
    )
    .addOption(new Option("--project <layer>", "layer to work on").choices(LAYERS))
    .addOption(stackOption())
    .option("--quiet", "only problems and the summary", false)
    .option(
      "--empty",
      "against an empty state, whatever is deployed; stacks on AWS without a backend always are",
      false,
    )
    .action(async ({ project, stack, quiet, empty }: PreviewOptions) => {
      const environment = empty ? planningFor(stack, ROOT) : environmentFor(stack, ROOT);
      if (project) await preview({ root: ROOT, environment, layer: project }, { quiet });
      else await previewAll(ROOT, environment);
    });
  program
    .command("identity")
    .description("print role, account, region and state backend of a layer's CI identity as name=value lines")
    .addOption(new Option("--project <layer>", "layer to work on").choices(LAYERS).makeOptionMandatory())
    .addOption(stackOption())
    .addOption(new Option("--as <identity>", "what for").choices(["plan", "apply"]).makeOptionMandatory())
    .action(async ({ project, stack, as }: { project: Layer; stack: string; as: "plan" | "apply" }) => {
      const lines = Object.entries(ciIdentity(ROOT, stack, project, as)).map(([name, value]) => `${name}=${value}\n`);
      await print(lines.join(""));
    });
  return program;
}

try {
  await commandLine().parseAsync();
  // The Pulumi runtime keeps handles open after an inline program has run.
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  if (process.env.DEBUG) console.error(error);
  process.exit(1);
}
