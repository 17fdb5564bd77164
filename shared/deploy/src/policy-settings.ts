/** What the policies are told that they cannot see: an analyzer is shown a stack's own resources and no other stack's. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkpointFile, type Environment, type Layer, projectFolder, projectName } from "./environments.ts";
import { readCheckpoint, type StackExport } from "./states.ts";

/** Key ARNs by purpose, as the security layer published them; `undefined` when it has not. */
async function publishedKeys(root: string, environment: Environment): Promise<unknown> {
  const stack = (await securityState(root, environment))?.deployment.resources?.find(
    ({ type }) => type === "pulumi:pulumi:Stack",
  );
  return (stack?.outputs?.contract as { kmsKeyArns?: unknown } | undefined)?.kmsKeyArns;
}

async function securityState(root: string, environment: Environment): Promise<StackExport | undefined> {
  if (environment.localHome === undefined) {
    const { exportDeployed } = await import("./export.ts");
    return exportDeployed(root, environment, "security");
  }
  const file = checkpointFile(environment, projectName(projectFolder(root, "security")));
  return existsSync(file) ? readCheckpoint(readFileSync(file, "utf8")) : undefined;
}

/**
 * Writes the policies' settings for a layer and gives the file's path; none for the security layer, which makes the keys.
 * With them the rule that a resource uses the key of its own classification (POL-6) knows whose key an ARN is.
 */
export async function policySettings(root: string, environment: Environment, layer: Layer): Promise<readonly string[]> {
  if (layer === "security") return [];
  const keyArns = await publishedKeys(root, environment);
  if (keyArns === undefined) return [];
  const home = environment.localHome ?? join(root, ".local", "aws", environment.stack);
  const file = join(home, "work", `policy-settings-${layer}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ "own-key": { keyArns } }, null, 2)}\n`);
  return [file];
}
