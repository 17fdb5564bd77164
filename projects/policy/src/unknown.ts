/** Values that only the deployment will know. Reading one throws, so that no check takes a placeholder for a value. */

/** What the engine writes in a plan in place of a value, by the value's type. */
const PLACEHOLDERS: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Marks what is not plain data in the engine's files; the second is the mark of a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

export class UnknownValue extends Error {
  readonly path: readonly string[];
  /** The resource it is a value of. */
  readonly urn: string | undefined;

  constructor(path: readonly string[], urn?: string) {
    super(`${path.join(".")} is not known yet`);
    this.path = path;
    this.urn = urn;
  }
}

/** A secret of a state is as unreadable as a value that is not there yet. */
export function isUnknown(value: unknown): boolean {
  return PLACEHOLDERS.has(value) || isSecret(value);
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;
}

/** The same data, where reading an unknown value at any depth throws. `urn` is the resource's whose value it is. */
export function watched<T>(value: T, urn?: string, path: readonly string[] = []): T {
  const plain = Array.isArray(value) || (typeof value === "object" && value?.constructor === Object);
  if (!plain) return value;
  return new Proxy(value as object, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return found;
      const at = [...path, key];
      if (isUnknown(found)) throw new UnknownValue(at, urn);
      return watched(found, urn, at);
    },
  }) as T;
}

/** Whether a value holds an unknown one at any depth. `value` is as it came, not watched. */
export function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

export function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/** Whether a property of watched data is there, known or not. */
export function isGiven(props: object, property: string): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(props, property)?.value;
  return value !== undefined && value !== null;
}
