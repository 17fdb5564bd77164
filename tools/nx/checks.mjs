/**
 * Targets of every project, inferred from its project.json: lint and test. Types are checked for the whole workspace at
 * once (`npm run typecheck`): one program, one answer.
 */
import { dirname } from "node:path";
import { createNodesFromFiles } from "@nx/devkit";

const command = (text, description) => ({
  executor: "nx:run-commands",
  cache: false,
  options: { cwd: "{workspaceRoot}", command: text },
  metadata: { description },
});

export const createNodesV2 = [
  "{projects,shared}/*/project.json",
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = dirname(file);
        const targets = {
          lint: command(`eslint ${root}`, "lint the project"),
          // A project without tests of its own passes: what it does is tested where it is used.
          test: command(`tools/run-tests.sh --passWithNoTests ${root}/`, "run the project's tests"),
        };
        return { projects: { [root]: { targets } } };
      },
      files,
      options,
      context,
    ),
];
