/** What a Pulumi URN says: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface ParsedUrn {
  readonly stack: string;
  readonly project: string;
  readonly type: string;
  readonly name: string;
}

export function parseUrn(urn: string): ParsedUrn {
  const match = /^urn:pulumi:([^:]*)::([^:]*)::(.*?)::(.*)$/s.exec(urn);
  const [, stack, project, types, name] = match ?? [];
  if (stack === undefined || project === undefined || types === undefined || name === undefined) {
    throw new Error(`"${urn}" is not a Pulumi URN.`);
  }
  return { stack, project, type: types.slice(types.lastIndexOf("$") + 1), name };
}

/** A development target, never a place for real data: only `local` and `local-*` are served, each by its own cloud. */
export function refuseForeignStack(urn: string, cloudStack: string): void {
  const { stack } = parseUrn(urn);
  if (stack !== "local" && !stack.startsWith("local-")) {
    throw new Error(
      `The local cloud serves the stacks "local" and "local-*" only; this is "${stack}". It runs on one machine, ` +
        `without AWS's protections. Deploy "${stack}" with the AWS provider (unset PULUMI_DEBUG_PROVIDERS), or name the stack local-${stack}.`,
    );
  }
  if (stack !== cloudStack) {
    throw new Error(
      `This local cloud holds the stack "${cloudStack}"; it was asked for "${stack}". Each stack has a cloud of its own: ` +
        `deploy through the driver, which starts the right one.`,
    );
  }
}
