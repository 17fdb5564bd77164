/** Bundles the two functions of the database project, each a folder that Lambda runs as it is. */
import { build } from "esbuild";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";

const projectRoot = import.meta.dirname;
const bundle = (name) => join(projectRoot, "dist", name);

/** CommonJS packages in an ES module bundle still ask for `require`. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

await rm(join(projectRoot, "dist"), { recursive: true, force: true });
await build({
  entryPoints: {
    "rotation/index": join(projectRoot, "src/rotation/index.ts"),
    "migration/index": join(projectRoot, "src/migration/index.ts"),
  },
  outdir: join(projectRoot, "dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: { js: REQUIRE },
  external: ["pg-native"],
  logLevel: "warning",
});
await cp(join(projectRoot, "migrations"), join(bundle("migration"), "migrations"), { recursive: true });
