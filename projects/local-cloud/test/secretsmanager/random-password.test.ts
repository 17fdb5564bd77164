import fc from "fast-check";
import { randomPassword } from "../../src/services/secretsmanager/random-password.ts";

describe("a random password", () => {
  it("has the length asked for and holds each kind of character that is not excluded", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 200 }), fc.boolean(), (passwordLength, excludePunctuation) => {
        const password = randomPassword({ passwordLength, excludePunctuation });
        expect(password).toHaveLength(passwordLength);
        for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/]) expect(password).toMatch(kind);
        expect(/[^a-zA-Z0-9]/.test(password)).toBe(!excludePunctuation);
      }),
    );
  });

  it("holds none of the characters excluded", () => {
    expect(randomPassword({ passwordLength: 4_096, excludeCharacters: "aB3$" })).not.toMatch(/[aB3$]/);
  });

  it.each([
    [{ passwordLength: 0 }, "1 to 4096"],
    [{ passwordLength: 3 }, "Not enough"],
    [{ excludeLowercase: true, excludeUppercase: true, excludeNumbers: true, excludePunctuation: true }, "Not enough"],
  ])("is refused when it cannot be made: %j", (args, reason) => {
    expect(() => randomPassword(args)).toThrow(reason);
  });
});
