import { parseStateKeyId } from "../src/state-key.ts";

describe("the id of the state's key", () => {
  it.each(["1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"])("may be %s", (id) => {
    expect(parseStateKeyId(id)).toBe(id);
  });

  it.each([
    "alias/srs-pulumi-state",
    "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "*",
    "",
  ])("may not be %p, which would name another key, every key or none", (value) => {
    expect(() => parseStateKeyId(value)).toThrow(/describe-key --key-id alias\/srs-pulumi-state/);
  });
});
