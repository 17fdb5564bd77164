/**
 * Whether a stack's plan can differ from the one that was checked last: the policies judge a whole plan in a preview,
 * before anything is created, and a plan made from the same files and the same upstream facts needs no second check.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkpointFile, type Environment, type Layer, LAYERS, projectFolder, projectName } from "./environments.ts";

/**
 * What a plan is made from. Bundles are left out: to the engine and to every policy they are content behind a hash.
 * Documents that become properties of resources (an OpenAPI document) are JSON beside them, and are in.
 */
function planFiles(root: string, layer: Layer): readonly string[] {
  const patterns = [
    `projects/${layer}/*.{ts,yaml,json}`,
    `projects/${layer}/src/**/*.ts`,
    "projects/policy/{analyzer,package.json,PulumiPolicy.yaml}",
    "projects/policy/src/**/*.ts",
    "projects/*/dist/*.json",
    "shared/*/src/**/*.ts",
    "package-lock.json",
  ];
  return globSync(patterns, { cwd: root }).toSorted();
}

interface StateFile {
  readonly checkpoint?: {
    readonly latest?: { readonly resources?: readonly { readonly type: string; readonly outputs?: unknown }[] };
  };
}

/** The outputs that a layer published to this machine's backend, as JSON; empty when it has none. */
function publishedBy(root: string, environment: Environment, layer: Layer): string {
  const file = checkpointFile(environment, projectName(projectFolder(root, layer)));
  if (!existsSync(file)) return "";
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as StateFile;
  return JSON.stringify(
    checkpoint?.latest?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
  );
}

/** SHA-256, hex, over everything that decides a layer's plan. */
export function planFingerprint(root: string, environment: Environment, layer: Layer): string {
  const hash = createHash("sha256").update(environment.settings);
  for (const file of planFiles(root, layer)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  for (const upstream of LAYERS.slice(0, LAYERS.indexOf(layer))) hash.update(publishedBy(root, environment, upstream));
  return hash.digest("hex");
}

function recordFile(localHome: string, layer: Layer): string {
  return join(localHome, "plans", layer);
}

/** True when the last plan that passed the policies was made from the same. Always false for a stack on AWS. */
export function wasChecked(root: string, environment: Environment, layer: Layer): boolean {
  if (!environment.localHome) return false;
  const file = recordFile(environment.localHome, layer);
  return existsSync(file) && readFileSync(file, "utf8") === planFingerprint(root, environment, layer);
}

/** Remembers that a plan passed. */
export function rememberCheck(root: string, environment: Environment, layer: Layer): void {
  if (!environment.localHome) return;
  const file = recordFile(environment.localHome, layer);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, planFingerprint(root, environment, layer));
}
