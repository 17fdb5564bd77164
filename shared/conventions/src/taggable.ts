/** Which resource types carry tags, read from the installed AWS package: nobody keeps such a list by hand. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Tokens of all types whose arguments declare `tags` as a map (Auto Scaling groups take a list and are left out). */
export function findTaggableTypes(): readonly string[] {
  const root = path.dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
  const types: string[] = [];
  for (const service of readdirSync(root, { withFileTypes: true })) {
    if (!service.isDirectory() || ["node_modules", "types", "scripts"].includes(service.name)) continue;
    for (const file of readdirSync(path.join(root, service.name))) {
      if (!file.endsWith(".d.ts")) continue;
      const declaration = readFileSync(path.join(root, service.name, file), "utf8");
      const args = /export interface \w+Args \{[\s\S]*?\n\}/.exec(declaration)?.[0];
      if (!args || !/^ {4}tags\?: pulumi\.Input<\{/m.test(args)) continue;
      const code = readFileSync(path.join(root, service.name, file.replace(/\.d\.ts$/, ".js")), "utf8");
      const token = /__pulumiType = '([^']+)'/.exec(code)?.[1];
      if (token) types.push(token);
    }
  }
  return types.toSorted();
}

export function renderTaggableTypes(types: readonly string[]): string {
  return [
    "// Generated from the installed @pulumi/aws by `node shared/conventions/src/generate-taggable.ts`. Do not edit.",
    "export const TAGGABLE_TYPES: ReadonlySet<string> = new Set([",
    ...types.map((type) => `  "${type}",`),
    "]);",
    "",
  ].join("\n");
}
