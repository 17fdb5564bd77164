import fc from "fast-check";
import Schemas from "typebox/schema";
import { modelName, schemaForOpenApi30 } from "../src/openapi-schema.ts";

type Schema = Record<string, unknown>;

const scalar = fc.constantFrom<unknown>(null, true, -1, 0, 1, 2, 1.5, "", "a", "ab", "2026-01-01");
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("a", "b", "c"), scalar, { maxKeys: 3 }),
);
const bound = fc.integer({ min: -2, max: 3 });

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom<Schema>(
      {},
      { type: "null" },
      { type: ["string", "null"], maxLength: 1 },
      { type: ["integer", "string"] },
      { type: "string", format: "date" },
      { type: "integer", format: "int64" },
      { const: "a" },
      { const: null },
      { type: ["string", "null"], enum: ["a", null] },
    ),
    fc.record(
      { type: fc.constantFrom("integer", "number"), minimum: bound, exclusiveMinimum: bound },
      { requiredKeys: [] },
    ),
    fc.record({ exclusiveMaximum: bound, maximum: bound }, { requiredKeys: [] }),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
      anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
    }),
    fc.record(
      { allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }), not: tie("schema") },
      { requiredKeys: ["allOf"] },
    ),
    fc.record({ type: fc.constantFrom<unknown>("array", ["array", "null"]), items: tie("schema") }),
    fc.record({
      prefixItems: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
      items: fc.oneof(tie("schema"), fc.constant(false)),
    }),
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 }),
        required: fc.constantFrom([], ["a"]),
        additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
        patternProperties: fc.constantFrom({ "^c$": {} }, { "^(.*)$": { type: "string" } }),
      },
      { requiredKeys: ["type"] },
    ),
  ),
}));

/** `nullable` is the one keyword of OpenAPI 3.0 that a JSON Schema validator does not read: it adds null to the type. */
function nullAsType(node: unknown): object {
  return JSON.parse(JSON.stringify(node), (_key, child: unknown) => {
    const { nullable, ...rest } = (typeof child === "object" && child !== null ? child : {}) as Schema;
    return nullable === true ? { ...rest, type: [rest.type, "null"] } : child;
  });
}

describe("schema for OpenAPI 3.0.1", () => {
  it("accepts whatever the 3.1 schema accepts", () => {
    let accepted = 0;
    fc.assert(
      fc.property(schema, value, (original, instance) => {
        if (!Schemas.Check(original, instance)) return;
        accepted += 1;
        expect(Schemas.Check(nullAsType(schemaForOpenApi30(original)), instance)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it("holds no keyword that came after 3.0, and no type but a single one", () => {
    const later = [
      "const",
      "exclusiveMinimum",
      "exclusiveMaximum",
      "patternProperties",
      "prefixItems",
      "oneOf",
      "$id",
      "examples",
    ];
    const keywords = (node: unknown): string[] =>
      Array.isArray(node)
        ? node.flatMap(keywords)
        : typeof node === "object" && node !== null
          ? Object.entries(node).flatMap(([key, child]) => [key, ...(key === "enum" ? [] : keywords(child))])
          : [];
    fc.assert(
      fc.property(schema, (original) => {
        const converted = schemaForOpenApi30({ $id: "x", examples: ["y"], ...original });
        expect(keywords(converted).filter((keyword) => later.includes(keyword))).toEqual([]);
        expect(JSON.stringify(converted)).not.toMatch(/"type":(\[|"null")/);
      }),
    );
  });

  it.each<[string, Schema, Schema]>([
    ["a type or null", { type: ["string", "null"], maxLength: 5 }, { type: "string", maxLength: 5, nullable: true }],
    ["a constant", { const: "a", type: "string" }, { type: "string", enum: ["a"] }],
    ["an exclusive bound", { type: "number", exclusiveMinimum: 0 }, { type: "number", minimum: 0 }],
    ["one or null", { oneOf: [{ type: "string" }, { type: "null" }] }, { type: "string", nullable: true }],
    [
      "a reference or null",
      { anyOf: [{ $ref: "#/components/schemas/Student" }, { type: "null" }] },
      { anyOf: [{ $ref: "#/components/schemas/Student" }, { enum: [null] }] },
    ],
    ["a reference", { $ref: "#/components/schemas/Final-Grade" }, { $ref: "#/components/schemas/FinalGrade" }],
  ])("says %s in the older way", (_, original, expected) => {
    expect(schemaForOpenApi30(original)).toEqual(expected);
  });

  it("refuses a reference that API Gateway cannot resolve, and names it", () => {
    expect(() => schemaForOpenApi30({ items: { $ref: "other.json#/x" } })).toThrow("other.json#/x");
  });

  it("refuses a schema name that leaves no model name", () => {
    expect(() => modelName("--")).toThrow('"--"');
  });
});
