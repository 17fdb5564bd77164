import type { Cloud, Service } from "../../src/cloud.ts";
import { create, read, remove, update, type EngineState } from "../../src/provider/lifecycle.ts";
import { checkInputs } from "../../src/provider/check.ts";
import type { CheckFailure, Properties, ResourceType } from "../../src/resource-type.ts";
import { createRegistry, type Registry } from "../../src/registry.ts";

/** One resource as a program sees it. */
export interface MadeResource {
  readonly token: string;
  readonly id: string;
  readonly urn: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Creates, changes and removes resources by the provider's own lifecycle, without an engine in front of it. */
export class Resources {
  readonly #cloud: Cloud;
  readonly #registry: Registry;

  constructor(cloud: Cloud & { readonly services: readonly Service[] }) {
    this.#cloud = cloud;
    this.#registry = createRegistry(cloud.services);
  }

  async create(token: string, name: string, program: Properties): Promise<MadeResource> {
    const urn = `urn:pulumi:local-test::test::${token}::${name}`;
    const inputs = await this.#checked(token, urn, program);
    const made = await create(this.#type(token), this.#cloud, urn, decoded(inputs));
    return { token, id: made.id, urn, inputs, outputs: made.outputs };
  }

  async update(resource: MadeResource, program: Properties): Promise<MadeResource> {
    const inputs = await this.#checked(resource.token, resource.urn, program);
    const made = await update(this.#type(resource.token), this.#cloud, stateOf(resource), decoded(inputs));
    return { ...resource, inputs, outputs: made.outputs };
  }

  /** Undefined: it is gone. */
  async read(resource: MadeResource): Promise<Properties | undefined> {
    return (await read(this.#type(resource.token), this.#cloud, stateOf(resource)))?.outputs;
  }

  async remove(resource: MadeResource): Promise<void> {
    await remove(this.#type(resource.token), this.#cloud, stateOf(resource));
  }

  async failuresOf(token: string, program: Properties): Promise<readonly CheckFailure[]> {
    return (await this.#check(token, `urn:pulumi:local-test::test::${token}::checked`, program)).failures;
  }

  #type(token: string): ResourceType {
    return this.#registry.resource(token);
  }

  #check(token: string, urn: string, program: Properties) {
    const request = { urn, oldInputs: {}, newInputs: program, randomSeed: new Uint8Array(16) };
    return checkInputs(this.#type(token), this.#cloud, request);
  }

  async #checked(token: string, urn: string, program: Properties): Promise<Properties> {
    const { added, failures } = await this.#check(token, urn, program);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return { ...program, ...added };
  }
}

const decoded = (properties: Properties) => ({ properties, secretProperties: new Set<string>() });
const stateOf = (resource: MadeResource): EngineState => ({
  urn: resource.urn,
  id: resource.id,
  inputs: decoded(resource.inputs),
  outputs: decoded(resource.outputs),
});
