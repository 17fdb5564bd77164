import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Environment, Layer } from "./environments.ts";
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
}

export async function up(target: Target): Promise<void> {
  const workspace = await open(target);
  await mendInterruptedRun(target.root, target.environment, workspace);
  const progress = new Progress(target.layer);
  progress.say(`deploying to stack ${target.environment.stack}`);
  await workspace.stack.up({ policyPacks: [workspace.policyPack], onEvent: progress.onEvent });
  progress.say(`done: ${describeChanges(progress.changes)}`);
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
