import fc from "fast-check";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { decodeProperties, encodeProperties } from "../../src/provider/wire-values.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import type { AssetValue } from "../../src/resource-type.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
const wire = (value: object) => structMessages.Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9:]{0,8}$/).filter((name) => name !== "hash" && name !== "kind");
const text = fc.string({ maxLength: 12 });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const asset: fc.Arbitrary<AssetValue> = fc.oneof(
  fc.record({ kind: fc.constant("asset" as const), hash, path: fc.constant("/srv/file") }),
  fc.record({ kind: fc.constant("asset" as const), hash, text: fc.string({ minLength: 1, maxLength: 12 }) }),
  fc.record({ kind: fc.constant("archive" as const), hash, path: fc.constant("/srv/folder") }),
);
const archive = fc.record({
  kind: fc.constant("archive" as const),
  hash,
  members: fc.dictionary(key, asset, { noNullPrototype: true }),
});
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.constant(UNKNOWN),
    asset,
    archive,
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(key, tie("any"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;
const properties = fc.dictionary(key, value, { noNullPrototype: true });

describe("property values between the engine and the provider", () => {
  it("come back as they went, unknowns and assets included", () => {
    fc.assert(
      fc.property(properties, (before) => {
        expect(decodeProperties(encodeProperties(before)).properties).toEqual(before);
      }),
    );
  });

  it("stay secret where they were, and become secret nowhere else", () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.tuple(value, fc.boolean()), { noNullPrototype: true }), (marked) => {
        const entries = Object.entries(marked);
        const names = entries.filter(([, [, isSecret]]) => isSecret).map(([name]) => name);
        const plain = Object.fromEntries(entries.map(([name, [member]]) => [name, member]));
        const decoded = decodeProperties(encodeProperties(plain, names));
        expect([...decoded.secretProperties].toSorted()).toEqual(names.toSorted());
        expect(decoded.properties).toEqual(plain);
      }),
    );
  });

  it("count as secret as a whole when a secret lies deep inside", () => {
    const decoded = decodeProperties(wire({ variables: { list: [{ password: secret("p") }] }, name: "n" }));
    expect(decoded).toEqual({
      properties: { variables: { list: [{ password: "p" }] }, name: "n" },
      secretProperties: new Set(["variables"]),
    });
  });

  it.each(["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"])(
    "know the unknown of every type: %s",
    (sentinel) => {
      expect(decodeProperties(wire({ size: sentinel })).properties).toEqual({ size: UNKNOWN });
    },
  );

  it("read an output value, known or not, and a resource by its id", () => {
    const output = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const reference = {
      [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e",
      urn: "urn:pulumi:local::p::aws:ec2/vpc:Vpc::v",
      id: "vpc-1",
    };
    const decoded = decodeProperties(wire({ a: { ...output, value: 1, secret: true }, b: output, c: reference }));
    expect(decoded).toEqual({ properties: { a: 1, b: UNKNOWN, c: "vpc-1" }, secretProperties: new Set(["a"]) });
  });

  it("refuse a remote asset and say what to do", () => {
    const remote = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", hash: "", uri: "https://example.edu/code.zip" };
    expect(() => decodeProperties(wire({ code: remote }))).toThrow("Pass a local file or folder");
  });
});
