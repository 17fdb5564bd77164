import { placeOf } from "../place.ts";
import type { Fault, Finding, StackResource, StackRule } from "../rule.ts";
import { holdsSecret, holdsUnknown } from "../unknown.ts";

const PUBLISHED = ["contract", "contractVersion"];

export const publishedContract: StackRule = {
  id: "POL-34",
  name: "contract-fits",
  pins: "OPS-5, OPS-23, OPS-25, OPS-30",
  holds: "A stack publishes one contract that fits its schema, with a version, and nothing secret.",
  remedy:
    "Publish with publish(schema, ...) and export const contract and contractVersion from index.ts; secrets go by ARN.",
  level: "mandatory",
  scope: "stack",
  check: ({ resources, urn }) => {
    const { layer } = placeOf(urn);
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    if (!stack || !LAYERS.includes(layer)) return [];
    // As it came: a part that is not known yet must not keep the rest from being judged.
    const outputs = rawOutputs(stack);
    const about = (says: string): Fault => ({ about: stack, says });
    return [
      Object.entries(outputs)
        .filter(([, value]) => holdsSecret(value))
        .map(([name]) => about(`The output ${name} is secret.`)),
      Object.keys(outputs)
        .filter((name) => !PUBLISHED.includes(name))
        .map((name) => about(`The stack has an output ${name}.`)),
      versionFault(outputs.contractVersion, about),
      async () => (await contractFaults(layer, outputs.contract)).map(about),
    ];
  },
};

const LAYERS = ["security", "network", "data", "compute"];

function rawOutputs({ props }: StackResource): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(props).map((name) => [name, Object.getOwnPropertyDescriptor(props, name)?.value as unknown]),
  );
}

function versionFault(version: unknown, about: (says: string) => Fault): Finding {
  if (typeof version === "number" && Number.isInteger(version) && version >= 1) return [];
  return about(`contractVersion is ${JSON.stringify(version)}, no whole number from 1.`);
}

async function contractFaults(layer: string, contract: unknown): Promise<readonly string[]> {
  if (contract === undefined) return ["The stack publishes no contract."];
  // The checker is large, and only the end of a plan needs it.
  const [contracts, { Value }] = await Promise.all([import("@records/contracts"), import("typebox/value")]);
  const schema = {
    security: contracts.SecurityContract,
    network: contracts.NetworkContract,
    data: contracts.DataContract,
    compute: contracts.ComputeContract,
  }[layer];
  if (!schema) return [];
  return (
    Value.Errors(schema, contract)
      // A field that is missing is missing whatever its neighbours turn out to be.
      .filter(({ instancePath, keyword }) => keyword === "required" || !holdsUnknown(at(contract, instancePath)))
      .map(({ instancePath, message, params }) => {
        const missing = (params as { requiredProperties?: readonly string[] }).requiredProperties;
        const where = `contract${instancePath.replaceAll("/", ".")}`;
        return missing ? `${where} has no ${missing.join(", ")}.` : `${where} ${message}.`;
      })
  );
}

/** What is at a JSON pointer. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
