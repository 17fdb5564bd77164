/** A task definition's containers, as their JSON says. */
export interface Container {
  readonly name?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly image?: string;
  readonly linuxParameters?: { readonly capabilities?: { readonly drop?: readonly string[] } };
  readonly secrets?: readonly unknown[];
  readonly logConfiguration?: { readonly logDriver?: string };
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

export function containersOf(props: Readonly<Record<string, unknown>>): readonly Container[] {
  const definitions = props.containerDefinitions;
  return typeof definitions === "string" ? (JSON.parse(definitions) as Container[]) : [];
}
