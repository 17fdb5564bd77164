import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Environment, type Layer, LAYERS, planFile, requireBackend } from "./environments.ts";
import { exportText } from "./export.ts";
import { rememberCheck, wasChecked } from "./fingerprint.ts";
import { mendInterruptedRun } from "./interrupted.ts";
import { countTable, Plan } from "./plan.ts";
import { startEmpty } from "./empty-state.ts";
import { describeChanges, Progress } from "./progress.ts";
import { openDeployed, openWorkspace, type Workspace } from "./workspace.ts";

/** What a verb works on. */
export interface Target {
  readonly root: string;
  readonly environment: Environment;
  readonly layer: Layer;
}

async function open({ root, environment, layer }: Target): Promise<Workspace> {
  return openWorkspace(root, environment, layer);
}

/**
 * Shows what a deployment would change. A stack on AWS without a backend is planned against an empty state: whoever has
 * no account sees what it is made of.
 */
export async function preview(target: Target, { quiet = false } = {}): Promise<void> {
  const { environment, root, layer } = target;
  const progress = new Progress(layer);
  if (environment.planned) {
    progress.say(`planning ${environment.stack} against an empty state; AWS is not asked`);
    startEmpty(root, environment, layer);
  }
  const workspace = await open(target);
  const plan = new Plan();
  const show = quiet ? progress.onProblem : progress.onEvent;
  const { changeSummary } = await workspace.stack.preview({
    policyPacks: [workspace.policyPack],
    onEvent: (event) => {
      plan.add(event);
      show(event);
    },
  });
  plan.write(planFile(root, environment.stack, layer));
  progress.say(`preview: ${describeChanges(changeSummary, "planned")}`);
  if (progress.waitingChecks > 0) {
    progress.say(`${progress.waitingChecks} policy checks wait for values that only the deployment will know`);
  }
}

/** Previews the layers in order, each in a process of its own, and counts what there would be. */
export async function previewAll(root: string, environment: Environment): Promise<void> {
  for (const layer of LAYERS) {
    const code = await runApart(["preview", "--project", layer, "--stack", environment.stack, "--quiet"]);
    if (code !== 0) throw new Error(`The plan of ${layer} is refused; the reasons are above.`);
  }
  await print(`\n${countTable(root, environment.stack).join("\n")}\n`);
}

/** A preview of which only the faults are shown: what `up` does first. */
export async function check(target: Target): Promise<void> {
  requireBackend(target.environment);
  const workspace = await open(target);
  const progress = new Progress(target.layer);
  await workspace.stack.preview({ policyPacks: [workspace.policyPack], onEvent: progress.onProblem });
}

/**
 * Checks the plan first, then changes: a policy that refuses one resource then stops the layer before another one has
 * been created. A plan that passed already and is made from the same is not checked again.
 */
export async function up(target: Target): Promise<void> {
  requireBackend(target.environment);
  const { root, environment, layer } = target;
  const workspace = await open(target);
  await mendInterruptedRun(root, environment, workspace);
  const progress = new Progress(layer);
  if (!wasChecked(root, environment, layer)) {
    progress.say("checking the plan");
    await checkApart(target);
    rememberCheck(root, environment, layer);
  }
  progress.say(`deploying to stack ${environment.stack}`);
  await workspace.stack.up({ policyPacks: [workspace.policyPack], onEvent: progress.onEvent });
  progress.say(`done: ${describeChanges(progress.changes)}`);
}

async function checkApart({ environment, layer }: Target): Promise<void> {
  const code = await runApart(["check", "--project", layer, "--stack", environment.stack]);
  if (code !== 0) throw new Error(`The plan of ${layer} is refused, so nothing was changed; the reasons are above.`);
}

/** In a process of its own: a program is a set of modules, and a process evaluates a module once only. */
async function runApart(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), ...args], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
}

export async function refresh(target: Target): Promise<void> {
  requireBackend(target.environment);
  const workspace = await open(target);
  await mendInterruptedRun(target.root, target.environment, workspace);
  const progress = new Progress(target.layer);
  await workspace.stack.refresh({ onEvent: progress.onEvent });
  progress.say(`refresh: ${describeChanges(progress.changes)}`);
}

export async function destroy(target: Target): Promise<void> {
  requireBackend(target.environment);
  if (["staging", "prod"].includes(target.environment.stack)) {
    throw new Error(
      `Stack ${target.environment.stack} holds education records and is never destroyed by this command (infrastructure.md OPS-37).`,
    );
  }
  const workspace = await open(target);
  await mendInterruptedRun(target.root, target.environment, workspace);
  const progress = new Progress(target.layer);
  progress.say(`destroying stack ${target.environment.stack}`);
  await workspace.stack.destroy({ onEvent: progress.onEvent });
  progress.say(`done: ${describeChanges(progress.changes)}`);
}

/** The stack's outputs as JSON; a secret one is masked. */
export async function outputs({ root, environment, layer }: Target): Promise<void> {
  requireBackend(environment);
  const stack = await openDeployed(root, environment, layer);
  const entries = Object.entries(await stack.outputs()).map(
    ([name, { value, secret }]) => [name, secret ? "[secret]" : value] as const,
  );
  await print(`${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

/** The stack's state as JSON, secrets encrypted as the backend holds them. */
export async function exportState({ root, environment, layer }: Target): Promise<void> {
  requireBackend(environment);
  await print(await exportText(root, environment, layer));
}

/** Resolves when the text has left the process: a pipe takes it in pieces, and the process ends right after. */
async function print(text: string): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  await new Promise<void>((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
