/** Reading inputs in a check: whatever a preview does not know yet passes. */
import { UNKNOWN } from "./resource-type.ts";
import type { CheckFailure } from "./resource-type.ts";

/** True when the program gave the value and it is known: the only values a check may judge. */
export function known<T>(value: T): value is Exclude<NonNullable<T>, typeof UNKNOWN> {
  return value !== undefined && value !== null && (value as unknown) !== UNKNOWN;
}

/** A list without the members that are not known yet; undefined when the list itself is not. */
export function knownItems<T>(value: readonly T[] | undefined): readonly T[] | undefined {
  return known(value) && Array.isArray(value) ? value.filter((item) => known(item)) : undefined;
}

/** True when the list and each member are known, so that counting and comparing make sense. */
export function fullyKnown(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every((item) => known(item));
}

/** Collects the failures of one resource: `refuse("port", ...)` reads as AWS's refusal of that input. */
export function failures(
  collect: (refuse: (property: string, reason: string) => void) => void,
): readonly CheckFailure[] {
  const found: CheckFailure[] = [];
  collect((property, reason) => found.push({ property, reason }));
  return found;
}
