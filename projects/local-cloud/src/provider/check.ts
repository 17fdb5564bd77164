import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckFailure as CheckFailureMessage } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Cloud } from "../cloud.ts";
import type { CheckFailure, Properties, ResourceType } from "../resource-type.ts";
import { parseUrn } from "./urn.ts";

export interface CheckedInputs {
  /** What the type adds to the program's inputs; the rest passes through untouched, secrets included. */
  readonly added: Properties;
  readonly failures: readonly CheckFailure[];
}

/** Completes the program's inputs and asks the type what AWS would refuse, before anything is changed. */
export async function checkInputs(
  type: ResourceType,
  cloud: Cloud,
  request: { urn: string; oldInputs: Properties; newInputs: Properties; randomSeed: Uint8Array },
): Promise<CheckedInputs> {
  const named = { ...request.newInputs, ...autoName(type, request) };
  const inputs = { ...named, ...(await type.derivedInputs?.(named)) };
  const added = Object.fromEntries(Object.entries(inputs).filter(([name, value]) => request.newInputs[name] !== value));
  return { added, failures: type.check?.(inputs, cloud) ?? [] };
}

/** Keeps the name of an earlier deployment; the engine's seed makes preview and update agree on a first one. */
function autoName(
  type: ResourceType,
  request: { urn: string; oldInputs: Properties; newInputs: Properties; randomSeed: Uint8Array },
): Properties {
  const property = type.autoName;
  if (property === undefined || (request.newInputs[property] ?? undefined) !== undefined) return {};
  const suffix = Buffer.from(request.randomSeed).toString("hex").slice(0, 7);
  return { [property]: request.oldInputs[property] ?? `${parseUrn(request.urn).name}-${suffix}` };
}

export function failureMessage({ property, reason }: CheckFailure): CheckFailureMessage {
  const failure = new messages.CheckFailure();
  failure.setProperty(property ?? "");
  failure.setReason(reason);
  return failure;
}
