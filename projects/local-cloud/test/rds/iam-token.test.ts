import { Signer } from "@aws-sdk/rds-signer";
import { verifyIamToken } from "../../src/services/rds/iam-token.ts";

const ROLE_ARN = "arn:aws:iam::000000000000:role/migration";
const KEYS = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret/with+signs", sessionToken: "session/token+=" };
const NOW = new Date("2026-05-05T12:00:00Z");
const CLAIM = { endpoint: "127.0.0.1:20001", user: "srs_owner", now: NOW };

const store = {
  find: (accessKeyId: string) => (accessKeyId === KEYS.accessKeyId ? { principalArn: ROLE_ARN, ...KEYS } : undefined),
};

async function token(credentials = KEYS): Promise<string> {
  jest.useFakeTimers({ now: NOW });
  try {
    return await new Signer({
      hostname: "127.0.0.1",
      port: 20001,
      username: "srs_owner",
      region: "us-east-1",
      credentials,
    }).getAuthToken();
  } finally {
    jest.useRealTimers();
  }
}

const after = (seconds: number) => ({ ...CLAIM, now: new Date(NOW.getTime() + seconds * 1000) });

describe("an IAM token", () => {
  it("speaks for its role for fifteen minutes, and not a second longer", async () => {
    const signed = await token();
    expect(verifyIamToken(signed, CLAIM, store)).toEqual({ principalArn: ROLE_ARN });
    expect(verifyIamToken(signed, after(900), store)).toEqual({ principalArn: ROLE_ARN });
    expect(verifyIamToken(signed, after(901), store)).toEqual({ refused: "it has expired" });
    expect(verifyIamToken(signed, after(-301), store)).toEqual({ refused: "it is signed in the future" });
  });

  it("counts only for the endpoint and the user it is made for", async () => {
    const signed = await token();
    expect(verifyIamToken(signed, { ...CLAIM, endpoint: "127.0.0.1:20002" }, store)).toHaveProperty("refused");
    expect(verifyIamToken(signed, { ...CLAIM, user: "srsroot" }, store)).toHaveProperty("refused");
    expect(verifyIamToken(signed.replace("srs_owner", "srsroot"), { ...CLAIM, user: "srsroot" }, store)).toEqual({
      refused: "its signature does not match",
    });
  });

  it("is refused with another secret, another session or an unknown key", async () => {
    const refusedWith = async (changes: Partial<typeof KEYS>) =>
      verifyIamToken(await token({ ...KEYS, ...changes }), CLAIM, store);
    expect(await refusedWith({ secretAccessKey: "guessed" })).toEqual({ refused: "its signature does not match" });
    expect(await refusedWith({ sessionToken: "another" })).toHaveProperty("refused");
    expect(await refusedWith({ accessKeyId: "ASIAUNKNOWN" })).toEqual({ refused: "its access key is not known" });
  });

  it("cannot be given a longer life by its bearer", async () => {
    const stretched = (await token()).replace("X-Amz-Expires=900", "X-Amz-Expires=90000");
    expect(verifyIamToken(stretched, after(1000), store)).toEqual({ refused: "its signature does not match" });
  });

  it.each(["", "password", "127.0.0.1:20001", "127.0.0.1:20001/?Action=connect&DBUser=srs_owner", "%%%/?"])(
    "is not %j",
    (text) => expect(verifyIamToken(text, CLAIM, store)).toHaveProperty("refused"),
  );
});
