import { evaluate, parsePolicy, type ContextValue } from "../src/index.ts";

/** Whether a statement with this condition speaks about a request with this context. */
function holds(condition: object, context: Record<string, ContextValue>, version = "2012-10-17"): boolean {
  const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*", Condition: condition };
  return evaluate(
    {
      principal: { kind: "role", arn: "arn:aws:iam::111122223333:role/reader" },
      action: "KMS:decrypt",
      resource: "arn:aws:kms:us-east-1:111122223333:key/k",
      context,
    },
    { identity: [{ name: "p", document: parsePolicy({ Version: version, Statement: statement }) }] },
  ).allowed;
}

describe("an operator compares the request's value with each of the policy's", () => {
  it.each<[string, object, string, string]>([
    ["StringEquals", { StringEquals: { "a:k": ["one", "two"] } }, "two", "three"],
    ["StringEquals, case included", { StringEquals: { "a:k": "One" } }, "One", "one"],
    ["StringEqualsIgnoreCase", { StringEqualsIgnoreCase: { "a:k": "One" } }, "oNE", "two"],
    ["StringNotEquals, none of them", { StringNotEquals: { "a:k": ["one", "two"] } }, "three", "two"],
    ["StringLike", { StringLike: { "a:k": "srs-*-?" } }, "srs-api-1", "srs-api-12"],
    ["StringNotLike", { StringNotLike: { "a:k": "srs-*" } }, "other", "srs-api"],
    ["StringEquals takes a wildcard as it stands", { StringEquals: { "a:k": "a*" } }, "a*", "ab"],
    [
      "ArnLike, part by part",
      { ArnLike: { "a:k": "arn:aws:iam::*:role/srs-*" } },
      "arn:aws:iam::1:role/srs-x",
      "arn:aws:iam::1:user:role/srs-x",
    ],
    [
      "ArnEquals knows wildcards too",
      { ArnEquals: { "a:k": "arn:aws:s3:::b*" } },
      "arn:aws:s3:::bucket",
      "arn:aws:s3:::other",
    ],
    [
      "ArnNotLike",
      { ArnNotLike: { "a:k": "arn:aws:iam::*:role/srs-*" } },
      "arn:aws:iam::1:role/x",
      "arn:aws:iam::1:role/srs-x",
    ],
    ["Bool", { Bool: { "a:k": true } }, "true", "false"],
    ["NumericLessThanEquals", { NumericLessThanEquals: { "a:k": "10" } }, "9.5", "11"],
    ["NumericNotEquals", { NumericNotEquals: { "a:k": "10" } }, "9", "10.0"],
    [
      "DateGreaterThan",
      { DateGreaterThan: { "a:k": "2026-01-01T00:00:00Z" } },
      "2026-02-01T00:00:00Z",
      "2025-12-31T00:00:00Z",
    ],
    ["a date in seconds", { DateLessThan: { "a:k": "2026-01-01T00:00:00Z" } }, "1700000000", "1800000000"],
    ["IpAddress", { IpAddress: { "a:k": ["10.0.0.0/8", "2001:db8::/32"] } }, "10.2.3.4", "11.0.0.1"],
    ["IpAddress, version 6", { IpAddress: { "a:k": "2001:db8::/32" } }, "2001:db8::1", "10.2.3.4"],
    ["NotIpAddress", { NotIpAddress: { "a:k": "10.0.0.0/8" } }, "11.0.0.1", "10.0.0.1"],
    ["BinaryEquals", { BinaryEquals: { "a:k": "QUJD" } }, "QUJD", "QUJE"],
  ])("%s", (_, condition, value, other) => {
    expect(holds(condition, { "A:K": value })).toBe(true);
    expect(holds(condition, { "A:K": other })).toBe(false);
  });

  it("wants every operator and every key to hold, and reads an unknown operator as one that never does", () => {
    const both = { StringEquals: { "a:x": "1", "a:y": "2" }, Bool: { "a:z": "true" } };
    expect(holds(both, { "a:x": "1", "a:y": "2", "a:z": "true" })).toBe(true);
    expect(holds(both, { "a:x": "1", "a:y": "3", "a:z": "true" })).toBe(false);
    expect(holds(both, { "a:x": "1", "a:y": "2" })).toBe(false);
    expect(holds({ StringEqual: { "a:x": "1" } }, { "a:x": "1" })).toBe(false);
  });
});

describe("a key that the request does not carry", () => {
  it.each<[string, object, boolean]>([
    ["equals nothing", { StringEquals: { "a:k": "v" } }, false],
    ["differs from everything", { StringNotEquals: { "a:k": "v" } }, true],
    ["is like nothing", { ArnLike: { "a:k": "*" } }, false],
    ["passes IfExists", { StringEqualsIfExists: { "a:k": "v" } }, true],
    ["passes ForAllValues", { "ForAllValues:StringEquals": { "a:k": "v" } }, true],
    ["fails ForAnyValue, negated too", { "ForAnyValue:StringNotEquals": { "a:k": "v" } }, false],
    ["is Null", { Null: { "a:k": "true" } }, true],
    ["is not there", { Null: { "a:k": "false" } }, false],
  ])("%s", (_, condition, expected) => {
    expect(holds(condition, {})).toBe(expected);
    expect(holds(condition, { "a:k": [] })).toBe(expected);
  });
});

describe("a key with several values", () => {
  const keys = ["studentId", "purpose"];
  it("holds for ForAllValues when each is named, for ForAnyValue when one is", () => {
    const all = { "ForAllValues:StringEquals": { "a:k": keys } };
    expect(holds(all, { "a:k": ["studentId"] })).toBe(true);
    expect(holds(all, { "a:k": ["studentId", "other"] })).toBe(false);
    const any = { "ForAnyValue:StringLike": { "a:k": "student*" } };
    expect(holds(any, { "a:k": ["other", "studentId"] })).toBe(true);
    expect(holds(any, { "a:k": ["other"] })).toBe(false);
  });

  it("holds for a negation when none is named, and for its ForAnyValue when one is not", () => {
    expect(holds({ "ForAllValues:StringNotEquals": { "a:k": keys } }, { "a:k": ["other"] })).toBe(true);
    expect(holds({ "ForAllValues:StringNotEquals": { "a:k": keys } }, { "a:k": ["other", "purpose"] })).toBe(false);
    expect(holds({ "ForAnyValue:StringNotEquals": { "a:k": keys } }, { "a:k": ["other", "purpose"] })).toBe(true);
  });
});

describe("what AWS adds to a request", () => {
  it("tells the role, its account and its transport, unless the request says otherwise", () => {
    expect(holds({ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader" } }, {})).toBe(true);
    expect(
      holds({ StringEquals: { "aws:PrincipalAccount": "111122223333", "kms:CallerAccount": "111122223333" } }, {}),
    ).toBe(true);
    expect(holds({ Bool: { "aws:PrincipalIsAWSService": "false", "aws:SecureTransport": "true" } }, {})).toBe(true);
    expect(holds({ Bool: { "aws:SecureTransport": "true" } }, { "aws:securetransport": "false" })).toBe(false);
  });
});

describe("a policy variable", () => {
  const own = { StringLike: { "a:k": "${aws:PrincipalTag/team}-*" } };
  it("stands for the request's value, whose wildcards are characters", () => {
    expect(holds(own, { "aws:PrincipalTag/team": "red", "a:k": "red-1" })).toBe(true);
    expect(holds(own, { "aws:PrincipalTag/team": "red", "a:k": "blue-1" })).toBe(false);
    expect(holds(own, { "aws:PrincipalTag/team": "*", "a:k": "blue-1" })).toBe(false);
  });

  it("without a value equals nothing, unless it brings a default", () => {
    expect(holds(own, { "a:k": "-1" })).toBe(false);
    expect(holds({ StringEquals: { "a:k": "${aws:PrincipalTag/team, 'none'}" } }, { "a:k": "none" })).toBe(true);
  });

  it("escapes a wildcard, and is plain text in a document of the first version", () => {
    expect(holds({ StringLike: { "a:k": "a${*}" } }, { "a:k": "a*" })).toBe(true);
    expect(holds({ StringLike: { "a:k": "a${*}" } }, { "a:k": "ab" })).toBe(false);
    expect(holds(own, { "aws:PrincipalTag/team": "red", "a:k": "red-1" }, "2008-10-17")).toBe(false);
  });
});
