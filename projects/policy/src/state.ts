/** Resources of an exported state, in the form in which rules look at them. */
import type { StackExport, StateResource } from "@records/deploy";
import type { Resource, StackView } from "./rule.ts";
import { watched } from "./unknown.ts";

/** Fields of an export that readers of states elsewhere have no use for. */
interface ExportedResource extends StateResource {
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  /** A resource that was replaced and waits for its deletion. */
  readonly delete?: boolean;
}

export interface StateView {
  /** By their inputs, as the engine shows them before it creates anything. */
  readonly resources: readonly Resource[];
  readonly stack: StackView;
}

/** @param keyArns  what the security layer published, for the layers that use its keys */
export function readState(state: StackExport, keyArns?: Readonly<Record<string, string>>): StateView {
  const exported = (state.deployment.resources ?? []).filter((resource: ExportedResource) => !resource.delete);
  const urn = exported.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? exported[0]?.urn ?? "";
  return {
    resources: exported.map((resource) => resourceOf(resource, resource.inputs ?? {})),
    stack: {
      urn,
      keyArns,
      resources: exported.map((resource) => ({
        ...resourceOf(resource, { ...resource.inputs, ...resource.outputs }),
        madeFrom: sourcesOf(resource),
      })),
    },
  };
}

function resourceOf({ type, urn, id, protect, retainOnDelete }: StateResource, props: object): Resource {
  const name = urn.split("::").at(-1) ?? urn;
  return {
    type,
    urn,
    name,
    id,
    protect: protect ?? false,
    retainOnDelete: retainOnDelete ?? false,
    props: watched(props, urn),
  };
}

function sourcesOf({ propertyDependencies = {} }: ExportedResource): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(propertyDependencies).map(([property, urns]) => [property, urns ?? []]));
}

/** Keys by purpose, from the contract that a security stack's state holds. */
export function publishedKeys(security: StackExport | undefined): Readonly<Record<string, string>> | undefined {
  const stack = security?.deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  const contract = stack?.outputs?.contract as { kmsKeyArns?: Record<string, string> } | undefined;
  return contract?.kmsKeyArns;
}
