import type { Static, TObject } from "typebox";
import { Value } from "typebox/value";

/**
 * Parses a process environment once, at start: variables the schema names, numbers as numbers.
 *
 * @throws {Error} naming every variable that is missing or malformed; values are never repeated, they may be secret
 */
export function readEnvironment<T extends TObject>(
  schema: T,
  variables: Readonly<Record<string, string | undefined>>,
): Static<T> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    if (variables[name] !== undefined) given[name] = variables[name];
  }
  const candidate = Value.Convert(schema, given);
  if (Value.Check(schema, candidate)) return candidate;
  const faults = Object.keys(schema.properties).flatMap((name) => {
    if (!(name in given)) return [`${name} is not set`];
    const property = schema.properties[name]!;
    return Value.Check(property, (candidate as Record<string, unknown>)[name]) ? [] : [`${name} is malformed`];
  });
  throw new Error(
    `The process cannot start: ${faults.join("; ")}. ` +
      "The stack that runs it sets these variables; compare its task or function definition with shared/contracts/src/environment.",
  );
}
