import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Puts the component plugin `awsx` where the engine looks for it: `$PULUMI_HOME/plugins/resource-awsx-v<version>`.
 * The provider itself needs no plugin: the engine is told its port.
 */
export function installPlugins(pulumiHome: string): void {
  const { version } = require("@pulumi/awsx/package.json") as { version: string };
  const folder = join(pulumiHome, "plugins", `resource-awsx-v${version}`);
  const executable = join(folder, "pulumi-resource-awsx");
  const node = join(dirname(require.resolve("node/package.json")), "bin", "node");
  const main = resolve(import.meta.dirname, "..", "awsx", "main.ts");
  mkdirSync(folder, { recursive: true });
  // The engine starts the plugin anew for each operation: compiled code kept from the last time saves a third of that.
  const cache = `NODE_COMPILE_CACHE=${quote(join(folder, "compile-cache"))}`;
  writeFileSync(executable, `#!/bin/sh\n${cache} exec ${quote(node)} ${quote(main)} "$@"\n`);
  chmodSync(executable, 0o755);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
