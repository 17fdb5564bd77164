import { join } from "node:path";

/** Where everything of one stack lies under `.local/`. */
export interface StackLayout {
  readonly stack: string;
  /** What the cloud itself keeps; `down` removes it. */
  readonly home: string;
  /** Written when the cloud is ready: where to find it. */
  readonly cloudFile: string;
  readonly logFile: string;
  readonly pulumiHome: string;
  /** The engine's own records. They outlive the cloud only when someone removed the cloud alone. */
  readonly engineState: string;
  readonly operatorCredentialsFile: string;
}

/** @throws when the stack is not one that may run on this machine */
export function stackLayout(root: string, stack: string): StackLayout {
  if (!/^local(-[a-z0-9]+)*$/.test(stack)) {
    throw new Error(
      `The local cloud serves the stacks "local" and "local-<name>" only, and never real student data; ` +
        `"${stack}" is none of them. Name such a stack, or deploy "${stack}" to AWS.`,
    );
  }
  const folder = join(root, ".local", stack);
  const home = join(folder, "cloud");
  return {
    stack,
    home,
    cloudFile: join(folder, "cloud.json"),
    logFile: join(home, "logs", "cloud.log"),
    pulumiHome: join(folder, "pulumi"),
    engineState: join(folder, "state"),
    operatorCredentialsFile: join(home, "operator-credentials"),
  };
}
