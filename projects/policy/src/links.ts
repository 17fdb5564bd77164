/** Which resource of a stack another one's property means. */
import type { StackResource, StackView } from "./rule.ts";
import { UnknownValue } from "./unknown.ts";

/**
 * The resource of that type whose output the property is, whether or not the value is known; otherwise the one whose id,
 * name or ARN the property says. Undefined: it is none of this stack's.
 *
 * @throws {UnknownValue} the value is not known and nothing says what it is made from
 */
export function referred(
  { resources }: StackView,
  resource: StackResource,
  property: string,
  type: string,
): StackResource | undefined {
  const candidates = resources.filter((candidate) => candidate.type === type);
  const sources = resource.madeFrom[property] ?? [];
  const made = candidates.filter(({ urn }) => sources.includes(urn));
  if (made.length === 1) return made[0];
  const value: unknown = resource.props[property];
  return typeof value === "string" ? candidates.find((candidate) => isCalled(candidate, value)) : undefined;
}

function isCalled(resource: StackResource, value: string): boolean {
  const { id } = resource;
  if (id !== undefined) return id === value || (ifKnown(() => resource.props.arn as unknown) ?? "") === value;
  const arn = ifKnown(() => resource.props.arn as unknown);
  const names = ["name", "bucket"].map((property) => ifKnown(() => resource.props[property] as unknown));
  return names.includes(value) || arn === value || (typeof arn === "string" && arn.endsWith(`/${value}`));
}

/** Undefined where the value is not known yet. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValue) return undefined;
    throw error;
  }
}
