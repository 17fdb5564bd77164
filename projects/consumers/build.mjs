/** Bundles every handler into a folder of its own that Lambda runs as it is: `dist/<handler>/index.mjs`. */
import { build } from "esbuild";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const projectRoot = import.meta.dirname;
const handlers = (await readdir(join(projectRoot, "src/handlers"))).map((file) => file.replace(/\.ts$/, "")).sort();

/** CommonJS packages in an ES module bundle still ask for `require`. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

await rm(join(projectRoot, "dist"), { recursive: true, force: true });
await build({
  entryPoints: Object.fromEntries(
    handlers.map((handler) => [`${handler}/index`, join(projectRoot, `src/handlers/${handler}.ts`)]),
  ),
  outdir: join(projectRoot, "dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: { js: REQUIRE },
  logLevel: "warning",
});
