import { type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Type } from "typebox";
import { Secret } from "../src/aws/secrets.ts";

const MINUTE_MS = 60_000;
const Login = Type.Object({ password: Type.String() });

/** Secrets Manager as far as one secret needs it: what it answers is the test's. */
function secretWith(answer: () => Promise<string>, now: () => number) {
  let asked = 0;
  const client = {
    send: async () => {
      asked += 1;
      return { SecretString: await answer(), VersionId: `version-${asked}`, CreatedDate: new Date(asked) };
    },
  } as unknown as SecretsManagerClient;
  return { secret: new Secret(client, "arn:secret", Login, now), asked: () => asked };
}

describe("a cached secret", () => {
  let at = 0;
  let away = false;
  let password = "first";
  const now = () => at;
  const answer = () => (away ? Promise.reject(new Error("away")) : Promise.resolve(JSON.stringify({ password })));
  beforeEach(() => {
    at = 1_000;
    away = false;
    password = "first";
  });
  const passwordOf = async (secret: Secret<typeof Login>) => (await secret.current()).value.password;

  it("is asked for once in five minutes, and again at once when it turned out to be stale", async () => {
    const { secret, asked } = secretWith(answer, now);
    await Promise.all([secret.current(), secret.current()]);
    at += 4 * MINUTE_MS;
    password = "second";
    expect([await passwordOf(secret), asked()]).toEqual(["first", 1]);
    at += 2 * MINUTE_MS;
    expect([await passwordOf(secret), asked()]).toEqual(["second", 2]);
    password = "third";
    secret.forget();
    expect(await passwordOf(secret)).toBe("third");
  });

  it("serves its last value for an hour while Secrets Manager is away, and no longer", async () => {
    const { secret } = secretWith(answer, now);
    await secret.current();
    away = true;
    at += 59 * MINUTE_MS;
    expect(await passwordOf(secret)).toBe("first");
    at += 2 * MINUTE_MS;
    await expect(secret.current()).rejects.toThrow("arn:secret cannot be read");
  });

  it("finds out within seconds that Secrets Manager is back", async () => {
    const { secret } = secretWith(answer, now);
    await secret.current();
    away = true;
    at += 6 * MINUTE_MS;
    await secret.current();
    away = false;
    password = "second";
    at += 11_000;
    expect(await passwordOf(secret)).toBe("second");
  });

  it("says that it cannot be read when there was never a value, and repeats no value in its words", async () => {
    const { secret } = secretWith(() => Promise.resolve("planted-value"), now);
    await expect(secret.current()).rejects.toThrow("does not have the expected fields");
    await expect(secret.current()).rejects.not.toThrow("planted-value");
  });
});
