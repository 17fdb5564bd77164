import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
  /** Absolute: everything that a stack on this machine keeps. Undefined for a stack on AWS. */
  readonly localHome: string | undefined;
}

/** Stacks that run on this machine (local-cloud.md); every other name is a stack on AWS. */
export function isLocalStack(stack: string): boolean {
  return stack === "local" || stack.startsWith("local-");
}

/**
 * @throws when the stack is on AWS and no backend is named, or the name is not one a stack can have
 */
export function environmentFor(stack: string, root: string): Environment {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(stack)) {
    throw new Error(
      `"${stack}" is no stack name: lower-case letters, digits and hyphens, starting with a letter. Set STACK=local, for instance.`,
    );
  }
  if (isLocalStack(stack)) {
    const localHome = join(root, ".local", stack);
    return { stack, settings: "local", backendUrl: `file://${join(localHome, "state")}`, localHome };
  }
  const backendUrl = process.env.PULUMI_BACKEND_URL;
  if (!backendUrl) {
    throw new Error(
      `Stack ${stack} is on AWS and no state backend is named. Its state must be shared by the team: set PULUMI_BACKEND_URL to ` +
        `the account's state bucket (s3://...) and sign in to the account. To run on this machine instead, leave STACK out or set STACK=local.`,
    );
  }
  return { stack, settings: /^pr[0-9]+$/.test(stack) ? "dev" : stack, backendUrl, localHome: undefined };
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
