import { parsePolicy as parse, PolicySyntaxError, type PolicyDocument } from "@records/iam";
import { UNKNOWN } from "../../resource-type.ts";
import type { Properties } from "../../resource-type.ts";

/** `undefined` when AWS could not read it as a policy. Programs pass JSON text or an object. */
export function parsePolicy(value: unknown): PolicyDocument | undefined {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof PolicySyntaxError) return undefined;
    throw error;
  }
}

/** For `derivedInputs`: a document given as an object becomes the JSON text that AWS keeps. */
export function policyAsText(...properties: readonly string[]): (inputs: Properties) => Promise<Properties> {
  return async (inputs) =>
    Object.fromEntries(
      properties
        .filter((name) => typeof inputs[name] === "object" && inputs[name] !== null)
        .map((name) => [name, holdsUnknown(inputs[name]) ? UNKNOWN : JSON.stringify(inputs[name])]),
    );
}

function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
