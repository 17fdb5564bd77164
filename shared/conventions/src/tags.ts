/** One closed vocabulary of tags; the engine puts the stack's part on every resource that can carry tags. */
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "./environment.ts";
import type { Layer } from "./projects.ts";
import { TAGGABLE_TYPES } from "./taggable.generated.ts";
import { registerTransform } from "./transforms.ts";

/** What a resource holds or moves, by the harm of its loss. `public` is not "on the internet" but "no harm". */
export const CLASSIFICATIONS = ["restricted", "pii", "directory", "internal", "audit", "credential", "public"] as const;
export type Classification = (typeof CLASSIFICATIONS)[number];

/** How long the content must or may live. */
export const RETENTION_CLASSES = ["education-record", "audit-7y", "operational-400d", "transient-30d", "none"] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

const OWNERS = {
  security: "team-security",
  network: "team-network",
  data: "team-data",
  compute: "team-platform",
} as const satisfies Record<Layer, string>;

/** Every key that may appear, with the values it may have. */
export const TAG_VOCABULARY = {
  Project: /^student-records$/,
  Environment: /^(local|dev|staging|prod)$/,
  EnvironmentSuffix: /^[a-z][a-z0-9]{1,9}$/,
  Layer: /^(security|network|data|compute)$/,
  Owner: /^team-(security|network|data|platform)$/,
  CostCenter: /^[0-9]{4}-[A-Z]{3}$/,
  DataClassification: /^(restricted|pii|directory|internal|audit|credential|public)$/,
  Compliance: /^FERPA$/,
  RetentionClass: /^(education-record|audit-7y|operational-400d|transient-30d|none)$/,
  ManagedBy: /^pulumi$/,
  Repository: /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/,
} as const;
export type TagKey = keyof typeof TAG_VOCABULARY;

export interface ResourceTags {
  DataClassification: Classification;
  RetentionClass: RetentionClass;
}
export type StackTags = Record<Exclude<TagKey, keyof ResourceTags>, string>;

/** The part of a resource's tags that only its author knows. */
export function tagsFor(resource: { classification: Classification; retention: RetentionClass }): {
  [key in keyof ResourceTags]: string;
} {
  return { DataClassification: resource.classification, RetentionClass: resource.retention };
}

/** The part that is the same for every resource of a stack. */
export function stackTags(stack: {
  layer: Layer;
  environment: Environment;
  suffix: string;
  costCenter: string;
  repository: string;
}): StackTags {
  const tags: StackTags = {
    Project: "student-records",
    Environment: stack.environment,
    EnvironmentSuffix: stack.suffix,
    Layer: stack.layer,
    Owner: OWNERS[stack.layer],
    CostCenter: stack.costCenter,
    Compliance: "FERPA",
    ManagedBy: "pulumi",
    Repository: stack.repository,
  };
  for (const [key, value] of Object.entries(tags)) {
    const pattern = TAG_VOCABULARY[key as TagKey];
    if (!pattern.test(value)) {
      throw new Error(
        `The tag ${key} would be "${value}", which does not match ${pattern.source}. Correct the stack's configuration.`,
      );
    }
  }
  return tags;
}

/** Keys that awsx adds to what it makes. Not of our vocabulary; any other stray key stays and is refused by policy. */
const COMPONENT_TAGS: readonly string[] = ["Name", "SubnetType"];

/**
 * Puts tags under a resource's own. `undefined` for types that take no tags.
 *
 * @param defaults  for children of components that we do not write and whose makers know nothing of our vocabulary
 */
export function tagged(
  type: string,
  props: Record<string, unknown>,
  tags: StackTags,
  defaults?: { [key in keyof ResourceTags]: string },
): Record<string, unknown> | undefined {
  if (!TAGGABLE_TYPES.has(type)) return undefined;
  const merge = (own: Record<string, unknown>) => ({
    ...defaults,
    ...tags,
    ...Object.fromEntries(Object.entries(own).filter(([key]) => !COMPONENT_TAGS.includes(key))),
  });
  const own = props.tags;
  return {
    ...props,
    tags: pulumi.Output.isInstance(own)
      ? own.apply((value) => merge((value ?? {}) as Record<string, unknown>))
      : merge((own ?? {}) as Record<string, unknown>),
  };
}

/** Registers the tags for every resource of the running stack, children of remote components included. Call it once, first. */
export function registerTags(tags: StackTags, defaults?: { [key in keyof ResourceTags]: string }): void {
  registerTransform((type, inputs) => tagged(type, inputs, tags, defaults));
}
