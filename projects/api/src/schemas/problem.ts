/** The problem replies of an operation, for its schema and the OpenAPI document. */
import { Type } from "typebox";
import { catalogue } from "../problems/catalogue.ts";

const ProblemDetails = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
  },
  { additionalProperties: true },
);

/** On every operation: who calls, whether the request can be read, and whether we can answer at all. */
const ALWAYS = [401, 403, 406, 500, 503] as const;

/** Response schemas by status, for the statuses given and those every operation has. */
export function problemReplies(...statuses: readonly number[]): Record<number, object> {
  const replies = [...new Set([...ALWAYS, ...statuses])].toSorted().map((status) => {
    const slugs = catalogue.filter((problem) => problem.status === status).map((problem) => problem.slug);
    return [
      status,
      { description: slugs.join(", "), content: { "application/problem+json": { schema: ProblemDetails } } },
    ];
  });
  return Object.fromEntries(replies) as Record<number, object>;
}
