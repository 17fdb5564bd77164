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
