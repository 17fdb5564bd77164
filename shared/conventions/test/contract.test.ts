import fc from "fast-check";
import { Type } from "typebox";
import { parseContract, requireVersion, strayFields } from "../src/index.ts";

const Schema = Type.Object({
  port: Type.Integer(),
  bucket: Type.Object({ name: Type.String(), arn: Type.String() }),
  ids: Type.Record(Type.String(), Type.String()),
});
const whole = { port: 1, bucket: { name: "n", arn: "a" }, ids: { any: "x" } };

describe("a contract", () => {
  it("is read although a newer producer adds fields", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (field, value) => {
        fc.pre(!(field in whole) && field !== "__proto__");
        expect(parseContract("srs-data", Schema, { ...whole, [field]: value })).toMatchObject(whole);
      }),
    );
  });

  it("is published only with fields that the schema names, at any depth", () => {
    expect(strayFields(Schema, whole)).toEqual([]);
    const stray = strayFields(Schema, { ...whole, extra: 1, bucket: { ...whole.bucket, password: "x" } });
    expect(stray.toSorted()).toEqual(["bucket.password", "extra"]);
  });

  it("that lacks a field names producer, field and what to do", () => {
    const read = () => parseContract("srs-data", Schema, { ...whole, bucket: { name: "n" } });
    expect(read).toThrow("srs-data publishes no usable contract: contract.bucket has no arn");
    expect(read).toThrow("Deploy srs-data");
  });

  it.each([undefined, null, "text", [], 1])("is not %p", (value) => {
    expect(() => parseContract("srs-data", Schema, value)).toThrow("srs-data publishes no usable contract");
  });

  it("of an older version than needed is refused", () => {
    expect(() => requireVersion("srs-data", 2, 2)).not.toThrow();
    for (const version of [1, undefined, "2", 2.5])
      expect(() => requireVersion("srs-data", version, 2)).toThrow("needs 2 or later");
  });
});
