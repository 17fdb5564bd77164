import type { Properties } from "../../resource-type.ts";

/** The user-pool API spells the provider's `accessTokenValidity` as `AccessTokenValidity`, at every depth. */
export function pascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascalCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name[0]?.toUpperCase() + name.slice(1), pascalCase(inner)]),
  );
}

/** The named inputs that are there, spelled for the API. */
export function picked(inputs: Properties, names: readonly string[]): Properties {
  const present = names.filter((name) => inputs[name] !== undefined);
  return pascalCase(Object.fromEntries(present.map((name) => [name, inputs[name] as unknown]))) as Properties;
}
