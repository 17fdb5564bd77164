// Resources as the engine would create, change and delete them, without the engine: for tests of one service.
import { createRegistry } from "../../src/registry.ts";
import type { Properties, ResourceRecord } from "../../src/resource-type.ts";
import type { RunnableCloud } from "../../src/runtime/create-cloud.ts";

const urnOf = (token: string, name: string) => `urn:pulumi:local-test::project::${token}::${name}`;

async function put(cloud: RunnableCloud, record: ResourceRecord): Promise<ResourceRecord> {
  const { secretOutputs = [] } = createRegistry(cloud.services).resource(record.type);
  await cloud.account.put(record, secretOutputs);
  return record;
}

/** Checks, creates and records a resource. Throws with the reasons when the check refuses it. */
export async function create(
  cloud: RunnableCloud,
  token: string,
  name: string,
  inputs: Properties,
): Promise<ResourceRecord> {
  const type = createRegistry(cloud.services).resource(token);
  const named = type.autoName === undefined ? inputs : { [type.autoName]: `${name}-0000000`, ...inputs };
  const refused = type.check?.(named, cloud) ?? [];
  if (refused.length > 0) throw new Error(refused.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
  const urn = urnOf(token, name);
  const { id, outputs } = await type.create(named, cloud, urn);
  const all = { ...named, ...outputs };
  return await put(cloud, { urn, type: token, id, arn: all.arn as string | undefined, inputs: named, outputs: all });
}

/** Changes a resource in place; `changes` are laid over the inputs it has. */
export async function update(
  cloud: RunnableCloud,
  record: ResourceRecord,
  changes: Properties,
): Promise<ResourceRecord> {
  const type = createRegistry(cloud.services).resource(record.type);
  const inputs = { ...record.inputs, ...changes };
  const refused = type.check?.(inputs, cloud) ?? [];
  if (refused.length > 0) throw new Error(refused.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
  const outputs = (await type.update?.(record, inputs, cloud)) ?? {};
  return await put(cloud, { ...record, inputs, outputs: { ...record.outputs, ...inputs, ...outputs } });
}

export async function remove(cloud: RunnableCloud, record: ResourceRecord): Promise<void> {
  await createRegistry(cloud.services).resource(record.type).delete?.(record, cloud);
  await cloud.account.remove(record.urn, record.id);
}

/** Outputs as a refresh would see them; undefined when the resource is gone. */
export async function refresh(cloud: RunnableCloud, record: ResourceRecord): Promise<Properties | undefined> {
  const { read } = createRegistry(cloud.services).resource(record.type);
  return read === undefined ? record.outputs : await read(record, cloud);
}
