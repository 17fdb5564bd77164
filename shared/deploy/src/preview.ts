import { runApart } from "./apart.ts";
import { startEmpty } from "./empty-state.ts";
import { type Environment, type Layer, LAYERS, planFile, planningFor } from "./environments.ts";
import { countTable, Plan } from "./plan.ts";
import { PLANNER_VARIABLE, startPlanner } from "./planner.ts";
import { print } from "./print.ts";
import { describeChanges, Progress } from "./progress.ts";
import type { Target } from "./verbs.ts";
import { openWorkspace } from "./workspace.ts";

/**
 * Shows what a deployment would change. A stack on AWS without a backend is planned against an empty state: whoever has
 * no account sees what it is made of.
 */
export async function preview({ root, environment: given, layer }: Target, { quiet = false } = {}): Promise<void> {
  const { stack, planned } = given;
  const environment = planned ? planningFor(stack, root, layer) : given;
  const progress = new Progress(layer);
  if (planned) {
    progress.say(`planning ${stack} against an empty state; AWS is not asked`);
    startEmpty(root, environment, layer);
  }
  const workspace = await openWorkspace(root, environment, layer);
  const plan = new Plan();
  const show = quiet ? progress.onProblem : progress.onEvent;
  const { changeSummary } = await workspace.stack.preview({
    ...workspace.policies,
    onEvent: (event) => {
      plan.add(event);
      show(event);
    },
  });
  plan.write(planFile(root, stack, layer));
  progress.say(`preview: ${describeChanges(changeSummary, "planned")}`);
  if (progress.waitingChecks > 0) {
    progress.say(`${progress.waitingChecks} policy checks wait for values that only the deployment will know`);
  }
}

/**
 * Previews every layer, each in a process of its own, and counts what there would be. Plans against an empty state need
 * nothing of each other, so two are made at a time.
 */
export async function previewAll(root: string, { stack, planned }: Environment): Promise<void> {
  if (planned) {
    process.env[PLANNER_VARIABLE] = JSON.stringify(await startPlanner(root, planningFor(stack, root), "security"));
  }
  const waiting = [...LAYERS];
  const refused: Layer[] = [];
  const work = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift()) {
      const mode = planned ? ["--empty"] : [];
      if ((await runApart(["preview", "--project", layer, "--stack", stack, "--quiet", ...mode])) !== 0)
        refused.push(layer);
    }
  };
  await Promise.all(planned ? [work(), work()] : [work()]);
  if (refused.length > 0) throw new Error(`The plan of ${refused.join(" and ")} is refused; the reasons are above.`);
  await print(`\n${countTable(root, stack).join("\n")}\n`);
}
