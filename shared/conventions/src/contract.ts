/** The one way facts move from stack to stack: published whole, checked on both sides, never secret. */
import * as pulumi from "@pulumi/pulumi";
import type { Static, TObject, TSchema } from "typebox";
import { Value } from "typebox/value";
import { FIXTURE_VARIABLE, fixtureAllowed, fixtureOf } from "./contract-fixture.ts";
import type { ProjectName } from "./projects.ts";

/** An object whose values, at any depth, may still be on their way. */
export type Inputs<T> = T extends readonly (infer Item)[]
  ? pulumi.Input<pulumi.Input<Item>[]>
  : T extends object
    ? pulumi.Input<{ [Key in keyof T]: Inputs<T[Key]> }>
    : pulumi.Input<T>;

/** One Output per field. */
export type Outputs<T> = { readonly [Key in keyof T]-?: pulumi.Output<T[Key]> };

/**
 * A stack's contract: what it gives to later layers.
 * Refuses, before anybody reads it, a value that does not fit, a field that the schema does not name, and a secret.
 */
export function publish<T extends TObject>(schema: T, value: Inputs<Static<T>>): pulumi.Output<Static<T>> {
  const contract = pulumi.output(value) as pulumi.Output<unknown>;
  return pulumi.all([contract, pulumi.isSecret(contract)]).apply(([published, secret]) => {
    if (secret) {
      throw new Error(
        "The contract holds a secret value, which would turn the whole contract secret in every stack that reads it. " +
          "Publish the secret's ARN instead, and fetch the value at run time.",
      );
    }
    const stray = strayFields(schema, published);
    if (stray.length > 0) {
      throw new Error(
        `The contract does not name ${stray.join(", ")}. Add the field to its schema in shared/contracts, or do not publish it.`,
      );
    }
    return parseContract("this stack", schema, published);
  });
}

/** Strict about what is there, tolerant of fields that a newer producer adds. */
export function parseContract<T extends TObject>(producer: string, schema: T, value: unknown): Static<T> {
  if (Value.Check(schema, value)) return value;
  const fault = Value.Errors(schema, value)[0];
  const missing = (fault?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties;
  const where = `contract${(fault?.instancePath ?? "").replaceAll("/", ".")}`;
  throw new Error(
    `${producer} publishes no usable contract: ${where} ${missing ? `has no ${missing.join(", ")}` : fault?.message}. ` +
      `Deploy ${producer} from this commit, then preview this stack again.`,
  );
}

/**
 * Reads another stack of the same environment: checks version and shape, and gives one Output per field.
 * In a preview with `CONTRACT_FIXTURE=preview` a producer that is behind is replaced by its labelled example (OPS-27).
 */
export function readContract<T extends TObject>(
  producer: ProjectName,
  schema: T,
  { minVersion }: { minVersion: number } = { minVersion: 1 },
): Outputs<Static<T>> {
  const standIn = fixtureAllowed(process.env[FIXTURE_VARIABLE], pulumi.runtime.isDryRun());
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${producer}/${pulumi.getStack()}`);
  const contract = pulumi
    .all([reference.getOutput("contract"), reference.getOutput("contractVersion")])
    .apply(([value, version]: readonly unknown[]) => {
      try {
        requirePublished(producer, { contract: value, contractVersion: version });
        requireVersion(producer, version, minVersion);
        return parseContract(producer, schema, value);
      } catch (fault) {
        if (!standIn) throw fault;
        void pulumi.log.warn(
          `The contract of ${producer} is a FIXTURE here, not what is deployed: ${(fault as Error).message}`,
        );
        return parseContract(`the fixture of ${producer}`, schema, fixtureOf(producer));
      }
    });
  const outputs: Record<string, pulumi.Output<unknown>> = {};
  for (const field of Object.keys(schema.properties)) {
    outputs[field] = contract.apply((published) => (published as Record<string, unknown>)[field]);
  }
  return outputs as Outputs<Static<T>>;
}

/** Like `requireOutput`, in our words: what a newcomer meets first is a stack that has not been deployed yet. */
function requirePublished(producer: ProjectName, outputs: Readonly<Record<string, unknown>>): void {
  const [missing] = Object.keys(outputs).filter((name) => outputs[name] === undefined || outputs[name] === null);
  if (missing === undefined) return;
  throw new Error(
    `${producer} has published no ${missing} in stack ${pulumi.getStack()}, and this stack is built on it. ` +
      `Deploy ${producer} first; make deploy-all does it in order.`,
  );
}

export function requireVersion(producer: string, version: unknown, minVersion: number): void {
  if (typeof version === "number" && Number.isInteger(version) && version >= minVersion) return;
  throw new Error(
    `${producer} publishes contract version ${JSON.stringify(version)}; this stack needs ${minVersion} or later. Deploy ${producer} from this commit first.`,
  );
}

/** Paths of fields that an object schema does not name. */
export function strayFields(schema: TSchema, value: unknown, path = ""): readonly string[] {
  const { properties } = schema as { properties?: Record<string, TSchema> };
  if (!properties || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const at = path === "" ? field : `${path}.${field}`;
    const property = properties[field];
    return property === undefined ? [at] : strayFields(property, inner, at);
  });
}
