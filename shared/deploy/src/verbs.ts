import { FIXTURE_VARIABLE, fixtureAllowed } from "@records/conventions";
import { runApart } from "./apart.ts";
import { ContractChange } from "./contract-change.ts";
import { type Environment, type Layer, requireBackend } from "./environments.ts";
import { exportText } from "./export.ts";
import { rememberCheck, wasChecked } from "./fingerprint.ts";
import { mendInterruptedRun } from "./interrupted.ts";
import { holdsRecords, Losses } from "./losses.ts";
import { print } from "./print.ts";
import { describeChanges, Progress } from "./progress.ts";
import { openDeployed, openWorkspace } from "./workspace.ts";

/** What a verb works on. */
export interface Target {
  readonly root: string;
  readonly environment: Environment;
  readonly layer: Layer;
}

/** A preview of which only the faults are shown: what `up` does first. */
export async function check(target: Target): Promise<void> {
  requireBackend(target.environment);
  const workspace = await openWorkspace(target.root, target.environment, target.layer);
  const progress = new Progress(target.layer);
  const losses = new Losses();
  await workspace.stack.preview({
    ...workspace.policies,
    onEvent: (event) => {
      losses.add(event);
      progress.onProblem(event);
    },
  });
  if (holdsRecords(target.environment.settings)) losses.refuse(target.environment.stack);
}

/**
 * Checks the plan first, then changes: a policy that refuses one resource then stops the layer before another one has
 * been created. A plan that passed already and is made from the same is not checked again.
 */
export async function up(target: Target): Promise<void> {
  requireBackend(target.environment);
  // Here already, or the check before the update would pass on contracts that nobody has published.
  fixtureAllowed(process.env[FIXTURE_VARIABLE], false);
  const { root, environment, layer } = target;
  const workspace = await openWorkspace(target.root, target.environment, target.layer);
  await mendInterruptedRun(root, environment, workspace);
  const progress = new Progress(layer);
  if (!wasChecked(root, environment, layer)) {
    progress.say("checking the plan");
    await checkApart(target);
    rememberCheck(root, environment, layer);
  }
  progress.say(`deploying to stack ${environment.stack}`);
  const contract = new ContractChange();
  await workspace.stack.up({
    ...workspace.policies,
    onEvent: (event) => {
      contract.add(event);
      progress.onEvent(event);
    },
  });
  progress.say(`done: ${describeChanges(progress.changes)}`);
  for (const line of contract.advice(layer, environment.stack)) progress.say(line);
}

async function checkApart({ environment, layer }: Target): Promise<void> {
  const code = await runApart(["check", "--project", layer, "--stack", environment.stack]);
  if (code !== 0) throw new Error(`The plan of ${layer} is refused, so nothing was changed; the reasons are above.`);
}

export async function refresh(target: Target): Promise<void> {
  requireBackend(target.environment);
  const workspace = await openWorkspace(target.root, target.environment, target.layer);
  await mendInterruptedRun(target.root, target.environment, workspace);
  const progress = new Progress(target.layer);
  await workspace.stack.refresh({ onEvent: progress.onEvent });
  progress.say(`refresh: ${describeChanges(progress.changes)}`);
}

/**
 * Compares the state with what is there and changes neither (OPS-41).
 * @throws when they differ
 */
export async function drift(target: Target): Promise<void> {
  requireBackend(target.environment);
  const workspace = await openWorkspace(target.root, target.environment, target.layer);
  const progress = new Progress(target.layer);
  await workspace.stack.previewRefresh({ onEvent: progress.onEvent });
  const differences = describeChanges(progress.changes);
  progress.say(`drift: ${differences === "nothing to change" ? "none" : differences}`);
  if (differences !== "nothing to change") {
    throw new Error(
      `The ${target.layer} layer of ${target.environment.stack} is not what its state says; the differences are above. ` +
        "Find out who changed it, then deploy the layer, or change the program to match.",
    );
  }
}

export async function destroy(target: Target): Promise<void> {
  requireBackend(target.environment);
  if (holdsRecords(target.environment.settings)) {
    throw new Error(
      `Stack ${target.environment.stack} holds education records and is never destroyed by this command (infrastructure.md OPS-37).`,
    );
  }
  const workspace = await openWorkspace(target.root, target.environment, target.layer);
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
