/**
 * Checks requests against their schemas. Query and path are text and are converted, defaults filled in; a body is
 * taken as it is, and a field that its schema does not name is a fault, never dropped.
 */
import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given: unknown) => {
    const value = httpPart === "body" ? given : Value.Default(schema, Value.Convert(schema, given));
    return compiled.Check(value) ? { value } : { error: compiled.Errors(value) as never };
  };
};
