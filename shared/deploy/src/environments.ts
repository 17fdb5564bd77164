import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentOf } from "@records/conventions/environment";

/** The four layers, in the order in which they are deployed; destroy goes the other way. */
export const LAYERS = ["security", "network", "data", "compute"] as const;
export type Layer = (typeof LAYERS)[number];

/** Where one stack's state lives and what serves its resources. */
export interface Environment {
  readonly stack: string;
  /** `Pulumi.<settings>.yaml` of a project holds this stack's configuration. */
  readonly settings: string;
  /** URL of the Pulumi backend. */
  readonly backendUrl: string;
  /** Absolute: everything that is kept on this machine of the stack. Undefined for a stack whose state is on AWS. */
  readonly localHome: string | undefined;
  /** A stack on AWS without a backend: it can be planned here against an empty state, and nothing else. */
  readonly planned: boolean;
}

/** Stacks that run on this machine (local-cloud.md); every other name is a stack on AWS. */
export function isLocalStack(stack: string): boolean {
  return stack === "local" || stack.startsWith("local-");
}

/**
 * @throws when the name is not one a stack can have
 */
export function environmentFor(stack: string, root: string): Environment {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(stack)) {
    throw new Error(
      `"${stack}" is no stack name: lower-case letters, digits and hyphens, starting with a letter. Set STACK=local, for instance.`,
    );
  }
  if (isLocalStack(stack)) {
    const localHome = join(root, ".local", stack);
    return { stack, settings: "local", backendUrl: fileBackend(localHome), localHome, planned: false };
  }
  const backendUrl = process.env.PULUMI_BACKEND_URL;
  if (!backendUrl) return planningFor(stack, root);
  return { stack, settings: environmentOf(stack), backendUrl, localHome: undefined, planned: false };
}

/** Where a stack is planned against an empty state, whatever is deployed; the layers may be planned side by side. */
export function planningFor(stack: string, root: string, layer?: Layer): Environment {
  const localHome = join(root, ".local", "plans", stack, layer ?? "");
  return { stack, settings: environmentOf(stack), backendUrl: fileBackend(localHome), localHome, planned: true };
}

const fileBackend = (home: string): string => `file://${join(home, "state")}`;

/** @throws for a stack on AWS without a backend: only a plan of it can be made here */
export function requireBackend({ stack, planned }: Environment): void {
  if (!planned) return;
  throw new Error(
    `Stack ${stack} is on AWS and no state backend is named. Its state must be shared by the team: set PULUMI_BACKEND_URL to ` +
      `the account's state bucket (s3://...) and sign in to the account. Without an account, make preview STACK=${stack} plans it. ` +
      `To run on this machine instead, leave STACK out or set STACK=local.`,
  );
}

/** Where the engine keeps a stack's checkpoint in a file backend. */
export function checkpointFile({ localHome, stack }: Environment, project: string): string {
  if (localHome === undefined) throw new Error(`Stack ${stack} has its state on AWS, not in a file.`);
  return join(localHome, "state", ".pulumi", "stacks", project, `${stack}.json`);
}

/** Where a preview leaves what it planned, in the form of `pulumi stack export`. */
export function planFile(root: string, stack: string, layer: Layer): string {
  return join(root, ".local", "plans", stack, `${layer}.plan.json`);
}

/** Absolute folder of a layer's Pulumi project. */
export function projectFolder(root: string, layer: Layer): string {
  const folder = join(root, "projects", layer);
  if (!existsSync(join(folder, "Pulumi.yaml")))
    throw new Error(`${folder} holds no Pulumi.yaml: there is no layer "${layer}" here.`);
  return folder;
}

/** `name:` of a Pulumi.yaml. */
export function projectName(folder: string): string {
  const name = /^name:\s*(\S+)/m.exec(readFileSync(join(folder, "Pulumi.yaml"), "utf8"))?.[1];
  if (!name) throw new Error(`${folder}/Pulumi.yaml names no project.`);
  return name;
}
