import type { Cloud } from "../cloud.ts";
import { UNKNOWN } from "../resource-type.ts";
import type { Properties, ResourceRecord, ResourceType } from "../resource-type.ts";
import { sameValue } from "./diff.ts";
import type { DecodedProperties } from "./wire-values.ts";

export interface LivingResource {
  readonly id: string;
  readonly outputs: Properties;
  readonly secretProperties: ReadonlySet<string>;
}

/** Identities of creations under way, so that two of them cannot both pass the test for uniqueness. */
const underWay = new WeakMap<Cloud, Set<string>>();

/** In a preview what AWS will decide is unknown, never invented. */
export function previewCreate(type: ResourceType, inputs: DecodedProperties): LivingResource {
  return {
    id: "",
    outputs: { ...unknowns(type.computed), ...inputs.properties, ...tagsAll(type, inputs.properties) },
    secretProperties: secretsOf(type, inputs),
  };
}

export async function create(
  type: ResourceType,
  cloud: Cloud,
  urn: string,
  inputs: DecodedProperties,
): Promise<LivingResource> {
  const release = reserveIdentity(type, cloud, inputs.properties);
  try {
    const { id, outputs: computed } = await type.create(inputs.properties, cloud, urn);
    const record = makeRecord(type, urn, id, inputs.properties, computed);
    const secretProperties = secretsOf(type, inputs);
    try {
      refuseMissingOutputs(type, record);
      await cloud.account.put(record, [...secretProperties]);
    } catch (error) {
      // Nobody would know of the living resource: neither the engine nor the account.
      await type.delete?.(record, cloud);
      throw error;
    }
    return { id, outputs: record.outputs, secretProperties };
  } finally {
    release();
  }
}

/** What the engine still knows of a resource: its state file. */
export interface EngineState {
  readonly urn: string;
  readonly id: string;
  readonly inputs: DecodedProperties;
  readonly outputs: DecodedProperties;
}

export function previewUpdate(type: ResourceType, state: EngineState, inputs: DecodedProperties): LivingResource {
  const kept = Object.entries(state.outputs.properties).filter(([name]) => !(name in state.inputs.properties));
  return {
    id: state.id,
    outputs: {
      ...Object.fromEntries(kept),
      ...unknowns(type.recomputed ?? []),
      ...inputs.properties,
      ...tagsAll(type, inputs.properties),
    },
    secretProperties: secretsOf(type, inputs),
  };
}

export async function update(
  type: ResourceType,
  cloud: Cloud,
  state: EngineState,
  inputs: DecodedProperties,
): Promise<LivingResource> {
  const held = cloud.account.byId(type.token, state.id);
  if (held === undefined) {
    throw new Error(
      `${type.token} ${state.id} is not in the account any more. Refresh the stack, so that the engine learns of it, then deploy again.`,
    );
  }
  const before = recordOf(type, state, held);
  const changed = (await type.update?.(before, inputs.properties, cloud)) ?? {};
  const kept = Object.entries(before.outputs).filter(([name]) => !(name in before.inputs));
  const record = makeRecord(type, state.urn, state.id, inputs.properties, { ...Object.fromEntries(kept), ...changed });
  const secretProperties = secretsOf(type, inputs);
  await cloud.account.put(record, [...secretProperties]);
  return { id: state.id, outputs: record.outputs, secretProperties };
}

/** `undefined`: it is gone. Inputs come back as they are in the living resource, so that the next update mends drift. */
export async function read(
  type: ResourceType,
  cloud: Cloud,
  state: EngineState,
): Promise<(LivingResource & { readonly inputs: Properties }) | undefined> {
  const held = cloud.account.byId(type.token, state.id);
  if (held === undefined) return undefined;
  const record = recordOf(type, state, held);
  const current = type.read === undefined ? {} : await type.read(record, cloud);
  if (current === undefined) {
    // The engine forgets it too and creates it anew: its name must be free then.
    await cloud.account.remove(state.urn, state.id);
    return undefined;
  }
  const outputs = { ...record.outputs, ...current };
  const inputs = { ...record.inputs };
  for (const name of Object.keys(inputs)) {
    const recorded = record.outputs[name] ?? inputs[name];
    if (name in current && !sameValue(recorded, current[name])) inputs[name] = current[name];
  }
  const secretProperties = new Set([...secretsOf(type, state.inputs), ...state.outputs.secretProperties]);
  return { id: state.id, outputs, inputs, secretProperties };
}

export async function remove(type: ResourceType, cloud: Cloud, state: EngineState): Promise<void> {
  const held = cloud.account.byId(type.token, state.id);
  await type.delete?.(recordOf(type, state, held), cloud);
  await cloud.account.remove(state.urn, state.id);
}

/** The account decides; the engine's state fills in what the account does not keep on disk: secrets. */
function recordOf(type: ResourceType, state: EngineState, held: ResourceRecord | undefined): ResourceRecord {
  const outputs = { ...state.outputs.properties, ...held?.outputs };
  return {
    urn: state.urn,
    type: type.token,
    id: state.id,
    arn: typeof outputs.arn === "string" ? outputs.arn : undefined,
    inputs: { ...held?.inputs, ...state.inputs.properties },
    outputs,
  };
}

function makeRecord(
  type: ResourceType,
  urn: string,
  id: string,
  inputs: Properties,
  computed: Properties,
): ResourceRecord {
  const outputs = { ...inputs, ...computed, ...tagsAll(type, inputs) };
  return {
    urn,
    type: type.token,
    id,
    arn: typeof outputs.arn === "string" ? outputs.arn : undefined,
    inputs,
    outputs,
  };
}

function tagsAll(type: ResourceType, inputs: Properties): Properties {
  return type.token.startsWith("aws:") ? { tagsAll: inputs.tags ?? {} } : {};
}

function secretsOf(type: ResourceType, inputs: DecodedProperties): ReadonlySet<string> {
  const names = new Set([...inputs.secretProperties, ...(type.secretOutputs ?? [])]);
  if (names.has("tags")) names.add("tagsAll");
  return names;
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}

/** An output that the preview called unknown must not turn into nothing; what AWS leaves empty is `null`. */
function refuseMissingOutputs(type: ResourceType, record: ResourceRecord): void {
  const missing = type.computed.filter((name) => record.outputs[name] === undefined);
  if (missing.length === 0) return;
  throw new Error(
    `${type.token} promises the outputs ${missing.join(", ")} and did not compute them: mend its entry in the local cloud.`,
  );
}

/** Refuses a second resource with the same identity; the returned function ends the reservation. */
function reserveIdentity(type: ResourceType, cloud: Cloud, inputs: Properties): () => void {
  const identity = identityOf(type, inputs);
  if (identity === undefined) return () => undefined;
  const reserved = underWay.get(cloud) ?? new Set<string>();
  underWay.set(cloud, reserved);
  if (
    reserved.has(identity) ||
    cloud.account.ofType(type.token).some((other) => identityOf(type, other.inputs) === identity)
  ) {
    const names = type.uniqueBy?.map((property) => `${property} "${String(inputs[property])}"`).join(", ");
    throw new Error(
      `EntityAlreadyExists: the account has a ${type.token} with ${names} already. Choose another name, or delete that one first.`,
    );
  }
  reserved.add(identity);
  return () => reserved.delete(identity);
}

function identityOf(type: ResourceType, inputs: Properties): string | undefined {
  const values = type.uniqueBy?.map((property) => inputs[property] ?? null);
  return values === undefined || values.every((value) => value === null)
    ? undefined
    : JSON.stringify([type.token, ...values]);
}
