import { UNKNOWN } from "../resource-type.ts";
import type { Properties, ResourceType } from "../resource-type.ts";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  /** Path in the engine's form: `tags["srs:owner"]`, `vpcConfig.subnetIds[0]`. */
  readonly path: string;
  /** Top-level input the change is in. */
  readonly property: string;
  readonly kind: ChangeKind;
  readonly replaces: boolean;
}

export interface Diff {
  readonly changes: readonly Change[];
  /** Top-level inputs whose change AWS can only make by replacing the resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

type Replacement = Pick<ResourceType, "replaceOnChanges" | "uniqueBy">;

/**
 * What the program changed: old inputs against new inputs, not against outputs, which hold more than anyone asked for.
 * An unknown new value counts as a change, because it may be one; the update itself knows and compares again.
 */
export function diffInputs(type: Replacement, oldInputs: Properties, newInputs: Properties): Diff {
  const changes: Change[] = [];
  for (const property of union(oldInputs, newInputs)) {
    const replaces = type.replaceOnChanges.includes(property);
    compare(pathSegment("", property), oldInputs[property], newInputs[property], (path, kind) =>
      changes.push({ path, property, kind, replaces }),
    );
  }
  const replaces = [...new Set(changes.filter((change) => change.replaces).map((change) => change.property))];
  return {
    changes,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && keepsIdentity(type, oldInputs, newInputs),
  };
}

export function sameValue(a: unknown, b: unknown): boolean {
  let same = true;
  compare("", a, b, () => (same = false));
  return same;
}

/** The new resource would collide with the old one while both exist. */
function keepsIdentity(type: Replacement, oldInputs: Properties, newInputs: Properties): boolean {
  const identity = type.uniqueBy ?? (type.replaceOnChanges.includes("name") ? ["name"] : []);
  return (
    identity.some((property) => (newInputs[property] ?? undefined) !== undefined) &&
    identity.every((property) => sameValue(oldInputs[property], newInputs[property]))
  );
}

function compare(
  path: string,
  before: unknown,
  after: unknown,
  changed: (path: string, kind: ChangeKind) => void,
): void {
  const was = before ?? undefined;
  const is = after ?? undefined;
  if (was === undefined && is === undefined) return;
  if (was === undefined) return changed(path, "add");
  if (is === undefined) return changed(path, "delete");
  if (is === UNKNOWN || was === UNKNOWN) return changed(path, "update");
  if (Array.isArray(was) && Array.isArray(is)) {
    for (let index = 0; index < Math.max(was.length, is.length); index++) {
      compare(`${path}[${index}]`, was[index], is[index], changed);
    }
    return;
  }
  if (isPlainObject(was) && isPlainObject(is)) {
    for (const key of union(was, is)) compare(pathSegment(path, key), was[key], is[key], changed);
    return;
  }
  if (was !== is) changed(path, "update");
}

function pathSegment(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}

function union(a: Properties, b: Properties): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

function isPlainObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
