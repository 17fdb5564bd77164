/** Writes docs/controls.md: `node projects/policy/src/controls/cli.ts`. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { faultsOf } from "./faults.ts";
import { controls } from "./index.ts";
import { page, PAGE } from "./render.ts";
import { readSources } from "./sources.ts";

const ROOT = path.join(import.meta.dirname, "..", "..", "..", "..");

const faults = faultsOf(controls, readSources(ROOT));
if (faults.length > 0) {
  process.stderr.write(
    `The table of controls does not fit the repository:\n${faults.map((fault) => `  ${fault}\n`).join("")}` +
      `Correct projects/policy/src/controls; ${PAGE} is left as it was.\n`,
  );
  process.exitCode = 1;
} else {
  writeFileSync(path.join(ROOT, PAGE), await page(ROOT));
  process.stdout.write(`${PAGE}: ${controls.length} controls\n`);
}
