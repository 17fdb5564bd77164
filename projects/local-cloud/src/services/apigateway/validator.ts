import { Ajv, type ValidateFunction } from "ajv";
import type { ApiDefinition, Json } from "./definition.ts";
import { GatewayRefusal } from "./gateway-responses.ts";
import type { MethodDefinition, ParameterDefinition } from "./method-definition.ts";

/** API Gateway checks that required parameters are there and not empty, and no more than that. */
export function validateParameters(
  parameters: readonly ParameterDefinition[],
  value: (place: ParameterDefinition["in"], name: string) => string | undefined,
): void {
  const missing = parameters.filter(({ in: place, name, required }) => required && !value(place, name));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new GatewayRefusal("BAD_REQUEST_PARAMETERS", `Missing required request parameters: [${names}]`);
}

/** Checks request bodies against the models of one API. */
export class BodyValidator {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor({ document }: ApiDefinition) {
    this.#ajv.addSchema(withNumericBounds(document) as Json, "api", false, false);
  }

  /** A body of a media type without a model passes, as it does on AWS. */
  validate(method: MethodDefinition, contentType: string | undefined, body: Buffer): void {
    const mediaType = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "application/json";
    const pointer = method.bodySchemas.get(mediaType);
    if (pointer === undefined) return;
    const check = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `api${pointer}` });
    this.#compiled.set(pointer, check);
    if (check(parsed(body))) return;
    // Where and what, never the value: the text may end in a response.
    const text = check.errors?.map(({ instancePath, keyword }) => `${instancePath || "/"}: ${keyword}`).join(", ");
    throw new GatewayRefusal("BAD_REQUEST_BODY", "Invalid request body", `[${text}]`);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new GatewayRefusal("BAD_REQUEST_BODY", "Invalid request body", "[/: json]");
  }
}

/** OpenAPI 3.0 writes `exclusiveMinimum: true` beside `minimum`, newer JSON Schema the bound itself. */
function withNumericBounds(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNumericBounds);
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withNumericBounds(value)]),
  );
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof copy[exclusive] !== "boolean") continue;
    if (copy[exclusive]) copy[exclusive] = copy[bound];
    else delete copy[exclusive];
  }
  return copy;
}
