import { type Environment, environmentOf, isPullRequestStack } from "@records/conventions/environment";

/** Where a resource stands, as far as its URN tells. */
export interface Place {
  readonly stack: string;
  /** `security`, `network`, `data` or `compute`; another word for a project that is none of them. */
  readonly layer: string;
  /** Undefined for a stack that is of no environment. */
  readonly environment: Environment | undefined;
  readonly pullRequest: boolean;
  /** Staging and production: what is there stays. */
  readonly lasting: boolean;
}

/** @param urn  `urn:pulumi:<stack>::<project>::<types>::<name>` */
export function placeOf(urn: string): Place {
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
  const environment = classOf(stack);
  return {
    stack,
    layer: project.replace(/^srs-/, ""),
    environment,
    pullRequest: isPullRequestStack(stack),
    lasting: environment === "staging" || environment === "prod",
  };
}

function classOf(stack: string): Environment | undefined {
  try {
    return environmentOf(stack);
  } catch {
    // A stack of no environment has no sizes; the program says so itself when it asks for them.
    return undefined;
  }
}

/** What stands behind `srs-<suffix>-` in a physical name, and before the account id in a bucket's. */
export function purposeOf(physicalName: string): string | undefined {
  return /^srs[-_/][a-z][a-z0-9]{1,9}[-_/](.+?)(-[0-9]{12})?$/.exec(physicalName)?.[1];
}
