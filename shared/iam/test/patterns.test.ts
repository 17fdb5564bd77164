import fc from "fast-check";
import { arnsMeet } from "../src/grammar/globs.ts";
import { matchesArn, matchesWildcard } from "../src/index.ts";

/** Texts over few characters, those that mean something to regular expressions among them, so that matches are common. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "$", "(", "\\", "é"), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "(", "*", "?"), maxLength: 6 });

/** The meaning, written out: a star eats nothing or one character and stays. */
function model(expected: string, found: string): boolean {
  if (expected === "") return found === "";
  const rest = expected.slice(1);
  if (expected.startsWith("*")) return model(rest, found) || (found !== "" && model(expected, found.slice(1)));
  return (
    found !== "" && (expected.startsWith("?") || found.startsWith(expected.charAt(0))) && model(rest, found.slice(1))
  );
}

describe("wildcards", () => {
  it("match what their meaning says, and nothing else", () => {
    fc.assert(
      fc.property(pattern, text, (expected, found) => {
        expect(matchesWildcard(expected, found)).toBe(model(expected, found));
      }),
    );
  });

  it("in an ARN do not reach into its next part, but into all that follows the fifth colon", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 8 }), (parts) => {
        expect(matchesArn("*:*:*:*:*:*", parts.join(":"))).toBe(true);
        expect(matchesArn("*", parts.join(":"))).toBe(true);
      }),
    );
    expect(matchesArn("arn:aws:iam::*:role/x", "arn:aws:iam::1:2:role/x")).toBe(false);
    expect(
      matchesArn("arn:aws:logs:us-east-1:1:log-group:srs-*", "arn:aws:logs:us-east-1:1:log-group:srs-a:log-stream:b"),
    ).toBe(true);
  });
});

describe("a policy's ARN and a resource type's form", () => {
  const arn = (resource: string) => `arn:aws:sqs:us-east-1:111122223333:${resource}`;
  const form = (resource: string) => `arn:\${Partition}:sqs:\${Region}:\${Account}:${resource}`;

  it("meet whenever some ARN fits both", () => {
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, found) => {
        fc.pre(model(one, found) && model(other, found));
        expect(arnsMeet(arn(one), form(other))).toBe(true);
      }),
      { maxSkipsPerRun: 10_000 },
    );
  });

  it("do not meet when none can", () => {
    expect(arnsMeet(arn("a*"), form("b${Name}"))).toBe(false);
    expect(arnsMeet(arn("*a"), form("${Name}/b"))).toBe(false);
    expect(arnsMeet("arn:aws:sns:*:*:*", form("${Name}"))).toBe(false);
    expect(arnsMeet("arn:aws:s3:::b/*", "arn:${Partition}:s3:::${BucketName}")).toBe(false);
    expect(arnsMeet("arn:aws:s3:::b*", "arn:${Partition}:s3:::${BucketName}/${ObjectName}")).toBe(true);
  });
});
