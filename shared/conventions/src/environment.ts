export const ENVIRONMENTS = ["local", "dev", "staging", "prod"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

const SUFFIX = /^[a-z][a-z0-9]{1,9}$/;

/**
 * The class of environment a stack belongs to: the only place that knows what a stack's name means.
 *
 * `local` and `local-*` run on this machine; `pr<number>` are short-lived and live in the `dev` account.
 */
export function environmentOf(stack: string): Environment {
  if (stack === "local" || /^local-[a-z0-9-]+$/.test(stack)) return "local";
  if (isPullRequestStack(stack)) return "dev";
  const environment = ENVIRONMENTS.find((candidate) => candidate === stack);
  if (environment) return environment;
  throw new Error(
    `Stack "${stack}" belongs to no environment, so it has no sizes and no account. ` +
      "Name it local, local-<word>, dev, pr<number>, staging or prod.",
  );
}

/** Short-lived stack of a pull request: dev sizes, nothing protected, no account-wide resources. */
export function isPullRequestStack(stack: string): boolean {
  return /^pr[0-9]+$/.test(stack);
}

/**
 * What makes physical names of one environment differ from another's in the same account.
 *
 * @param stack  names the suffix when nothing is configured: its letters and digits
 */
export function environmentSuffixOf(stack: string, configured?: string): string {
  const suffix = configured ?? stack.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (SUFFIX.test(suffix)) return suffix;
  throw new Error(
    `The environment suffix "${suffix}" of stack "${stack}" does not match ${SUFFIX.source}, and it is part of every physical name. ` +
      "Set the stack's config key environmentSuffix to 2 to 10 lower-case letters and digits, starting with a letter.",
  );
}

/** Suffix of the environment whose CI identities deploy a stack: dev's for pull requests, which have none of their own. */
export function deployerSuffixOf(stack: string, suffix: string): string {
  return isPullRequestStack(stack) ? environmentSuffixOf("dev") : suffix;
}
