import type { Service } from "./cloud.ts";
import type { FunctionType, ResourceType } from "./resource-type.ts";

/** Every resource type and function the local cloud serves, by token. What is not in it is refused by name. */
export interface Registry {
  resource(token: string): ResourceType;
  function(token: string): FunctionType;
  readonly resources: ReadonlyMap<string, ResourceType>;
  readonly functions: ReadonlyMap<string, FunctionType>;
}

export function createRegistry(services: readonly Service[]): Registry {
  const resources = collect(services, (service) => service.resources);
  const functions = collect(services, (service) => service.functions ?? []);
  return {
    resources,
    functions,
    resource: (token) => resources.get(token) ?? unknown("resource type", token, "resources"),
    function: (token) => functions.get(token) ?? unknown("function", token, "functions"),
  };
}

function collect<T extends { token: string }>(
  services: readonly Service[],
  entries: (service: Service) => readonly T[],
): ReadonlyMap<string, T> {
  const byToken = new Map<string, T>();
  const owners = new Map<string, string>();
  for (const service of services) {
    for (const entry of entries(service)) {
      const owner = owners.get(entry.token);
      if (owner !== undefined) {
        throw new Error(
          `${entry.token} is defined by the services ${owner} and ${service.name}; one of them must drop it.`,
        );
      }
      owners.set(entry.token, service.name);
      byToken.set(entry.token, entry);
    }
  }
  return byToken;
}

function unknown(kind: string, token: string, list: string): never {
  const service = /^[^:]+:([^/:]+)/.exec(token)?.[1] ?? "<service>";
  throw new Error(
    `The local cloud does not know the ${kind} ${token}: it serves only what it can check. ` +
      `Add an entry to \`${list}\` of projects/local-cloud/src/services/${service}/ (a service of its own is registered ` +
      `in src/services/index.ts), and list it in src/capabilities.ts.`,
  );
}
