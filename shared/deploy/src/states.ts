/** What the engine recorded of a stack's layers, read without changing or starting anything. */
import { existsSync, readFileSync } from "node:fs";
import {
  checkpointFile,
  environmentFor,
  type Environment,
  type Layer,
  LAYERS,
  planFile,
  projectFolder,
  projectName,
} from "./environments.ts";

/** One resource as `pulumi stack export` prints it. Secrets are encrypted, or masked in a plan. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  // Shapes of several hundred resource types: the readers' business.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly inputs?: Readonly<Record<string, any>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly outputs?: Readonly<Record<string, any>>;
}

/** What `pulumi stack export` prints, as far as it is read here. */
export interface StackExport {
  readonly version: number;
  readonly deployment: { readonly resources?: readonly StateResource[] };
}

export type States = Readonly<Record<Layer, StackExport | undefined>>;

/**
 * The four layers' resources: deployed ones, or planned ones of a stack on AWS when no backend is named.
 * `undefined`: the layer was not deployed, or not planned.
 */
export async function readStates(root: string, stack: string): Promise<States> {
  const environment = environmentFor(stack, root);
  const entries = LAYERS.map(async (layer) => [layer, await readLayer(root, environment, layer)] as const);
  return Object.fromEntries(await Promise.all(entries)) as States;
}

async function readLayer(root: string, environment: Environment, layer: Layer): Promise<StackExport | undefined> {
  const { localHome, planned } = environment;
  if (localHome === undefined) {
    // The Automation API is large, and a file needs none of it.
    const { exportDeployed } = await import("./export.ts");
    return exportDeployed(root, environment, layer);
  }
  const project = projectName(projectFolder(root, layer));
  const file = planned ? planFile(root, environment.stack, layer) : checkpointFile(environment, project);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  return planned ? (JSON.parse(text) as StackExport) : readCheckpoint(text);
}

/** A checkpoint of the file backend in the form of an export. */
export function readCheckpoint(text: string): StackExport {
  const { version, checkpoint } = JSON.parse(text) as Checkpoint;
  return { version, deployment: checkpoint.latest ?? {} };
}

interface Checkpoint {
  readonly version: number;
  readonly checkpoint: { readonly latest?: StackExport["deployment"] };
}
