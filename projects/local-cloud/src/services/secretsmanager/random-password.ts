/** Secrets Manager's GetRandomPassword (API reference): made here, so that a plan, in which nothing runs, can ask too. */
import { randomInt, randomUUID } from "node:crypto";
import type { FunctionType, Properties } from "../../resource-type.ts";

const KINDS = {
  excludeLowercase: "abcdefghijklmnopqrstuvwxyz",
  excludeUppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  excludeNumbers: "0123456789",
  excludePunctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
} as const;
const LENGTH_DEFAULT = 32;
const LENGTH_MAX = 4_096;

const pick = (characters: string): string => characters.charAt(randomInt(characters.length));

/** @throws in AWS's words when no password can be made as asked */
export function randomPassword(args: Properties): string {
  const length = (args.passwordLength as number | undefined) ?? LENGTH_DEFAULT;
  if (!Number.isInteger(length) || length < 1 || length > LENGTH_MAX)
    throw new Error(`InvalidParameterException: PasswordLength ${length} must be 1 to ${LENGTH_MAX}.`);
  const excluded = (args.excludeCharacters as string | undefined) ?? "";
  const kinds = Object.entries(KINDS)
    .filter(([option]) => args[option] !== true)
    .map(([, characters]) => [...characters].filter((character) => !excluded.includes(character)).join(""))
    .filter((characters) => characters !== "");
  if (args.includeSpace === true && !excluded.includes(" ")) kinds.push(" ");
  const required = args.requireEachIncludedType === false ? [] : kinds;
  if (kinds.length === 0 || required.length > length)
    throw new Error("InvalidParameterException: Not enough character types or places for the password asked for.");
  const characters = required.map(pick);
  while (characters.length < length) characters.push(pick(kinds.join("")));
  // The required ones came first: a shuffle (Fisher and Yates) puts them anywhere.
  for (let at = characters.length - 1; at > 0; at -= 1) {
    const other = randomInt(at + 1);
    [characters[at], characters[other]] = [characters[other] ?? "", characters[at] ?? ""];
  }
  return characters.join("");
}

export const getRandomPassword: FunctionType = {
  token: "aws:secretsmanager/getRandomPassword:getRandomPassword",
  invoke: (args) => Promise.resolve({ ...args, id: randomUUID(), randomPassword: randomPassword(args) }),
};
