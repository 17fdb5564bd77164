import { REGION } from "../../cloud.ts";

/** Zone names of the region with their zone ids. On AWS the pairing differs by account. */
export const ZONES: readonly { readonly name: string; readonly id: string }[] = ["a", "b", "c", "d", "e", "f"].map(
  (letter, index) => ({
    name: `${REGION}${letter}`,
    id: `use1-az${index + 1}`,
  }),
);

export const zoneIdOf = (name: unknown): string | undefined => ZONES.find((zone) => zone.name === name)?.id;
export const zoneNameOf = (id: unknown): string | undefined => ZONES.find((zone) => zone.id === id)?.name;
