/** Who can do what, from the policies that are deployed: `node shared/access/src/cli.ts who-can --key student-fields`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAYERS, readStates, type Layer, type StackExport } from "@records/deploy";
import { Command } from "commander";
import { askers, STRANGER } from "./principals.ts";
import { guardOf, keyOf } from "./ask.ts";
import { cellOf, keyTable, type Row } from "./key-table.ts";
import { accessModel, type AccessModel, type GuardedResource } from "./model.ts";
import { actionText, keyTableText } from "./print.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

interface Options {
  readonly key?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly stack: string;
  readonly state?: readonly string[];
  readonly json?: boolean;
}

/** Which layer a state is of, by the project in its resources' URNs. */
function fromFiles(files: readonly string[]): Partial<Record<Layer, StackExport>> {
  return Object.fromEntries(
    files.map((file) => {
      const state = JSON.parse(readFileSync(file, "utf8")) as StackExport;
      const project = state.deployment.resources?.[0]?.urn.split("::")[1] ?? "";
      const layer = LAYERS.find((name) => project.endsWith(name));
      if (!layer) throw new Error(`${file} is no export of a layer's stack: its project is "${project}".`);
      return [layer, state] as const;
    }),
  );
}

async function deployedModel({ stack, state }: Options): Promise<AccessModel> {
  const states = state ? fromFiles(state) : await readStates(ROOT, stack);
  const found = Object.entries(states).filter((entry): entry is [Layer, StackExport] => entry[1] !== undefined);
  if (found.length === 0)
    throw new Error(
      `Nothing of stack ${stack} is deployed here, so nobody can do anything. Deploy it: make deploy-all STACK=${stack}.`,
    );
  const model = accessModel(Object.fromEntries(found));
  const missing = LAYERS.filter((layer) => !model.layers.includes(layer));
  if (missing.length > 0)
    console.error(`Without ${missing.join(", ")}: not deployed. Roles of later layers show as patterns.\n`);
  return model;
}

function answer(model: AccessModel, options: Options): { text: string; json: unknown } {
  const keys = model.resources.filter(({ kind }) => kind === "kms-key");
  if (options.resource !== undefined) {
    if (options.action === undefined) throw new Error("Name the action too: --action s3:GetObject, for instance.");
    const rows = actionRows(model, options.action, options.resource);
    const guard = guardOf(model, options.resource);
    return {
      text: actionText(options.action, options.resource, rows, guard && keyOf(model, guard)),
      json: rows,
    };
  }
  if (options.key === undefined) {
    const list = keys.map(({ name, aliases }) => `${name.padEnd(16)} ${aliases.join(", ")}`);
    return {
      text: ["Keys (make who-can KEY=<name>):", ...list].join("\n"),
      json: keys.map(({ name, arn }) => ({ name, arn })),
    };
  }
  const key = keyNamed(keys, options.key);
  if (options.action !== undefined) {
    const rows = actionRows(model, options.action, key.arn);
    return { text: actionText(options.action, key.arn, rows, undefined), json: rows };
  }
  const rows = keyTable(model, key);
  return { text: keyTableText(key, rows), json: rows };
}

function keyNamed(keys: readonly GuardedResource[], name: string): GuardedResource {
  const key = keys.find(
    (each) => [each.name, each.arn, ...each.aliases].includes(name) || each.arn.endsWith(`/${name}`),
  );
  if (key) return key;
  throw new Error(`No key "${name}" is deployed. There are: ${keys.map((each) => each.name).join(", ")}.`);
}

function actionRows(model: AccessModel, action: string, arn: string): readonly Row[] {
  const resource = guardOf(model, arn);
  return askers(model, resource).map((asker) => ({
    name: asker.name,
    standing: asker.standing,
    cells: { [action]: cellOf(model, asker, [action], arn, resource) },
    notEvaluated: [...asker.notEvaluated, ...(resource?.notEvaluated ?? [])],
  }));
}

const program = new Command("access")
  .description("Answers who may do what, from the policies in the deployed stacks' states.")
  .showHelpAfterError();
program
  .command("who-can")
  .description(
    `who may use and administer a key, or do one thing to one resource; "${STRANGER}" stands for every role not named`,
  )
  .option("--key <name>", "purpose, alias, id or ARN of a key; without it and without --resource, the keys are listed")
  .option("--action <name>", "one action instead of the table: kms:Decrypt, s3:GetObject")
  .option("--resource <arn>", "what the action is done to")
  .option("--stack <name>", "stack: local, local-<name>, dev, pr<number>, staging, prod", process.env.STACK ?? "local")
  .option("--state <file...>", "exported states (pulumi stack export) instead of the stack's own")
  .option("--json", "as data")
  .action(async (options: Options) => {
    const { text, json } = answer(await deployedModel(options), options);
    process.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : text}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
