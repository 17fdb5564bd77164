import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Environment, Layer } from "./environments.ts";
import { rememberCheck, wasChecked } from "./fingerprint.ts";
import { mendInterruptedRun } from "./interrupted.ts";
import { describeChanges, Progress } from "./progress.ts";
import { openDeployed, openWorkspace, type Workspace } from "./workspace.ts";

const run = promisify(execFile);
/** Ten times the largest state seen. */
const STATE_BYTES_MAX = 64 << 20;

/** What a verb works on. */
export interface Target {
  readonly root: string;
  readonly environment: Environment;
  readonly layer: Layer;
}

async function open({ root, environment, layer }: Target): Promise<Workspace> {
  return openWorkspace(root, environment, layer);
}

export async function preview(target: Target): Promise<void> {
  const workspace = await open(target);
  const progress = new Progress(target.layer);
  const { changeSummary } = await workspace.stack.preview({
    policyPacks: [workspace.policyPack],
    onEvent: progress.onEvent,
  });
  progress.say(`preview: ${describeChanges(changeSummary)}`);
  if (progress.waitingChecks > 0) {
    progress.say(`${progress.waitingChecks} policy checks wait for values that only the deployment will know`);
  }
}

/** A preview of which only the faults are shown: what `up` does first. */
export async function check(target: Target): Promise<void> {
  const workspace = await open(target);
  const progress = new Progress(target.layer);
  await workspace.stack.preview({ policyPacks: [workspace.policyPack], onEvent: progress.onProblem });
}

/**
 * Checks the plan first, then changes: a policy that refuses one resource then stops the layer before another one has
 * been created. A plan that passed already and is made from the same is not checked again.
 */
export async function up(target: Target): Promise<void> {
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

/** In a process of its own: a program is a set of modules, and a process evaluates a module once only. */
async function checkApart({ environment, layer }: Target): Promise<void> {
  const cli = join(import.meta.dirname, "cli.ts");
  const args = [cli, "check", "--project", layer, "--stack", environment.stack];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`The plan of ${layer} is refused, so nothing was changed; the reasons are above.`);
}

export async function refresh(target: Target): Promise<void> {
  const workspace = await open(target);
  await mendInterruptedRun(target.root, target.environment, workspace);
  const progress = new Progress(target.layer);
  await workspace.stack.refresh({ onEvent: progress.onEvent });
  progress.say(`refresh: ${describeChanges(progress.changes)}`);
}

export async function destroy(target: Target): Promise<void> {
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
  const stack = await openDeployed(root, environment, layer);
  const entries = Object.entries(await stack.outputs()).map(
    ([name, { value, secret }]) => [name, secret ? "[secret]" : value] as const,
  );
  await print(`${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

/** The stack's state as JSON, secrets encrypted as the backend holds them. */
export async function exportState({ root, environment, layer }: Target): Promise<void> {
  const { name, workspace } = await openDeployed(root, environment, layer);
  // Not Stack.exportStack: it asks the engine for secrets in clear.
  const { stdout } = await run("pulumi", ["stack", "export", "--stack", name], {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
    maxBuffer: STATE_BYTES_MAX,
  });
  await print(stdout);
}

/** Resolves when the text has left the process: a pipe takes it in pieces, and the process ends right after. */
async function print(text: string): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  await new Promise<void>((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
