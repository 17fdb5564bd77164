/** Rules that are a table: by type, the properties that must have one value. */
import type { Finding, Resource } from "../rule.ts";
import { isGiven } from "../unknown.ts";

export interface Settings {
  /** Exactly this value. */
  readonly exactly?: Readonly<Record<string, unknown>>;
  /** Set to something, known already or not. */
  readonly given?: readonly string[];
  /** Left out. */
  readonly absent?: readonly string[];
}
export type SettingsByType = Readonly<Record<string, Settings>>;

/** Each property is judged on its own: one that is not known yet does not keep the others from being judged. */
export function wrongSettings(table: SettingsByType, { type, props }: Resource): Finding {
  const { exactly = {}, given = [], absent = [] } = table[type] ?? {};
  return [
    ...Object.entries(exactly).map(
      ([property, wanted]) =>
        () =>
          props[property] !== wanted && `${property} is not ${String(wanted)}.`,
    ),
    ...given.map((property) => !isGiven(props, property) && `${property} is not set.`),
    ...absent.map((property) => isGiven(props, property) && `${property} is set.`),
  ];
}
