// API Gateway imports OpenAPI 3.0.1 and nothing newer, while the service describes itself in OpenAPI 3.1. A schema is
// only ever loosened on the way down: what the service accepts, the converted schema accepts too.

type JsonSchema = Readonly<Record<string, unknown>>;

/** Kept as they are: the two dialects agree on them, and API Gateway does not warn about them. */
const SAME_IN_BOTH = new Set([
  "description",
  "title",
  "required",
  "minLength",
  "maxLength",
  "pattern",
  "minimum",
  "maximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);

/** Formats that API Gateway refuses to import ("Numbers of the Int32 or Int64 type are not supported"). */
const REFUSED_FORMATS = new Set(["int32", "int64"]);

const REFERENCE = /^#\/components\/schemas\/(.+)$/;

/** Model names in API Gateway are letters and digits only. */
export function modelName(schemaName: string): string {
  const name = schemaName.replaceAll(/[^a-zA-Z0-9]/g, "");
  if (name === "") {
    throw new Error(
      `Schema name "${schemaName}" has no letter or digit, so API Gateway can have no model for it. Rename it.`,
    );
  }
  return name;
}

/** @returns the schema in OpenAPI 3.0.1, as loose as the original or looser. */
export function schemaForOpenApi30(schema: unknown): JsonSchema {
  if (schema === true || schema === undefined) return {};
  if (schema === false) return { not: {} };
  if (!isSchema(schema)) {
    throw new Error(
      `Not a JSON schema: ${JSON.stringify(schema)}. The OpenAPI document must hold schema objects here.`,
    );
  }
  if (typeof schema.$ref === "string") return reference(schema.$ref);

  const converted: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (SAME_IN_BOTH.has(keyword)) converted[keyword] = value;
  }
  if (typeof schema.format === "string" && !REFUSED_FORMATS.has(schema.format)) converted.format = schema.format;
  if (schema.properties !== undefined) converted.properties = mapValues(schema.properties, schemaForOpenApi30);
  // Behind prefixItems, `items` speaks of the rest only; 3.0 would apply it to every item.
  if (schema.items !== undefined && schema.prefixItems === undefined) {
    converted.items = schemaForOpenApi30(schema.items);
  }
  if (Array.isArray(schema.allOf)) converted.allOf = schema.allOf.map(schemaForOpenApi30);
  // Without patternProperties, which 3.0 does not have, a closed object would refuse what the pattern admits.
  if (schema.additionalProperties !== undefined && schema.patternProperties === undefined) {
    const extra = schema.additionalProperties;
    converted.additionalProperties = typeof extra === "boolean" ? extra : schemaForOpenApi30(extra);
  }
  // API Gateway does not know exclusive bounds; the inclusive one is the nearest that is not stricter.
  loosenBound(converted, "minimum", schema.exclusiveMinimum, Math.max);
  loosenBound(converted, "maximum", schema.exclusiveMaximum, Math.min);
  return withAlternatives(withType(converted, schema), schema);
}

function reference(target: string): JsonSchema {
  const name = REFERENCE.exec(target)?.[1];
  if (name === undefined) {
    throw new Error(
      `Reference "${target}" leaves components/schemas. API Gateway resolves only #/components/schemas/<name>.`,
    );
  }
  return { $ref: `#/components/schemas/${modelName(decodeURIComponent(name))}` };
}

/** Type lists with null become `nullable`; lists of several other types have no counterpart in 3.0 and are left open. */
function withType(converted: Record<string, unknown>, schema: JsonSchema): Record<string, unknown> {
  const values = "const" in schema ? [schema.const] : (schema.enum as readonly unknown[] | undefined);
  if (values !== undefined) converted.enum = values;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const others = types.filter((type) => type !== "null");
  if (others.length === 1) converted.type = others[0];
  if (types.includes("null") && others.length === 1) converted.nullable = true;
  if (types.length === 1 && others.length === 0) converted.enum = [null];
  if (values?.includes(null) && converted.type !== undefined) converted.nullable = true;
  return converted;
}

/** `oneOf` becomes `anyOf`: loosened members may match together. A null among them becomes `nullable`. */
function withAlternatives(converted: Record<string, unknown>, schema: JsonSchema): JsonSchema {
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const members = schema[keyword];
    if (!Array.isArray(members)) continue;
    const notNull = members.filter((member) => !(isSchema(member) && member.type === "null"));
    const alternatives = notNull.map(schemaForOpenApi30);
    if (notNull.length === members.length) {
      // A second list beside the first (anyOf and oneOf in one schema) joins as a further condition.
      if (converted.anyOf === undefined) converted.anyOf = alternatives;
      else converted.allOf = [...((converted.allOf as unknown[] | undefined) ?? []), { anyOf: alternatives }];
    } else if (converted.type === undefined) {
      // 3.0 honours `nullable` only beside a type; elsewhere null is named as a value of its own.
      const [only] = alternatives;
      const annotationsOnly = Object.keys(converted).every((key) => key === "description" || key === "title");
      if (alternatives.length === 1 && only?.type !== undefined && annotationsOnly) {
        Object.assign(converted, { ...only, ...converted, nullable: true });
        if (only.enum !== undefined) converted.enum = [...(only.enum as unknown[]), null];
      } else {
        converted.anyOf = [...alternatives, { enum: [null] }];
      }
    }
  }
  return converted;
}

function loosenBound(
  converted: Record<string, unknown>,
  keyword: "minimum" | "maximum",
  exclusive: unknown,
  tighter: (a: number, b: number) => number,
): void {
  if (typeof exclusive !== "number") return;
  const inclusive = converted[keyword];
  converted[keyword] = typeof inclusive === "number" ? tighter(inclusive, exclusive) : exclusive;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues(record: unknown, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record as object).map(([key, value]) => [key, change(value)]));
}
