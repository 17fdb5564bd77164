import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Environment, Layer } from "./environments.ts";
import type { StackExport } from "./states.ts";
import { NotDeployedError, openDeployed } from "./workspace.ts";

const run = promisify(execFile);
/** Ten times the largest state seen. */
const STATE_BYTES_MAX = 64 << 20;

/**
 * A layer's state as JSON text, secrets encrypted as the backend holds them.
 * @throws {NotDeployedError} the layer was never deployed
 */
export async function exportText(root: string, environment: Environment, layer: Layer): Promise<string> {
  const { name, workspace } = await openDeployed(root, environment, layer);
  // Not Stack.exportStack: it asks the engine for secrets in clear.
  const { stdout } = await run("pulumi", ["stack", "export", "--stack", name], {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
    maxBuffer: STATE_BYTES_MAX,
  });
  return stdout;
}

/** The same, read; `undefined` when the layer was never deployed. */
export async function exportDeployed(
  root: string,
  environment: Environment,
  layer: Layer,
): Promise<StackExport | undefined> {
  try {
    return JSON.parse(await exportText(root, environment, layer)) as StackExport;
  } catch (error) {
    if (error instanceof NotDeployedError) return undefined;
    throw error;
  }
}
