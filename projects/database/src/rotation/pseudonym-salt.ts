/** The salts that make pseudonyms of exports. Old ones are kept: a pseudonym names the version it was made with. */
import { randomBytes } from "node:crypto";
import { Type, type Static } from "typebox";
import { parseValue } from "./secret-values.ts";
import type { Rotator } from "./steps.ts";

const SALT_BYTES = 32;

export const PseudonymSalt = Type.Object({
  /** The one for new exports. */
  version: Type.Integer({ minimum: 1 }),
  /** By version. */
  salts: Type.Record(Type.String({ pattern: "^[1-9][0-9]*$" }), Type.String({ minLength: 43 })),
});
export type PseudonymSalt = Static<typeof PseudonymSalt>;

export function nextSalt(current?: PseudonymSalt): PseudonymSalt {
  const version = (current?.version ?? 0) + 1;
  return { version, salts: { ...current?.salts, [version]: randomBytes(SALT_BYTES).toString("base64url") } };
}

export function pseudonymSalt(secretArn: string): Rotator {
  const read = (text: string) => parseValue(PseudonymSalt, text, secretArn);
  return {
    next: (current) => Promise.resolve(JSON.stringify(nextSalt(read(current)))),
    // No service checks it.
    set: () => Promise.resolve(),
    test: (value) => {
      const { version, salts } = read(value);
      if (salts[version] !== undefined) return Promise.resolve();
      return Promise.reject(new Error(`The secret ${secretArn} names salt ${version} and does not hold it.`));
    },
  };
}
