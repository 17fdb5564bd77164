/** Bundles the processes of the image, and writes the OpenAPI document that the gateway's body is made of. */
import { execFile } from "node:child_process";
import { build } from "esbuild";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const projectRoot = import.meta.dirname;
const source = (path) => join(projectRoot, "src", path);

/** CommonJS packages in an ES module bundle still ask for `require` and their folder. */
const COMMONJS = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename;",
  "const __dirname = import.meta.dirname;",
].join("\n");

await rm(join(projectRoot, "dist"), { recursive: true, force: true });
await build({
  entryPoints: { server: source("server.ts"), relay: source("relay/main.ts"), healthcheck: source("healthcheck.ts") },
  outdir: join(projectRoot, "dist/image"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  banner: { js: COMMONJS },
  external: ["pg-native"],
  logLevel: "warning",
});

// Synthetics looks for `nodejs/node_modules/<file>.js`, loads it as CommonJS, and brings the SDK.
await build({
  entryPoints: { canary: source("canary/canary.ts") },
  outdir: join(projectRoot, "dist/canary/nodejs/node_modules"),
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  external: ["@aws-sdk/*"],
  logLevel: "warning",
});

const { stdout } = await promisify(execFile)(process.execPath, [source("openapi.ts")], { maxBuffer: 16 * 1024 * 1024 });
await writeFile(join(projectRoot, "dist/openapi.json"), stdout);
