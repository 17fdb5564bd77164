import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Dependencies } from "../../../dependencies.ts";
import { etagOf } from "../../../etag.ts";
import { handInGrade } from "../../../operations/submit-grade.ts";
import { shapeRefusalOf } from "../../../plugins/app/problems.ts";
import { auditEntryOf, operationRequest } from "../../../plugins/app/request-context.ts";
import { sendJson } from "../../../replies.ts";
import { Uuid } from "../../../schemas/formats.ts";
import { FinalGrade, GradeSubmission } from "../../../schemas/grade.ts";
import { problemReplies } from "../../../schemas/problem.ts";

export function postGrade(deps: Dependencies): FastifyPluginAsyncTypebox {
  // eslint-disable-next-line @typescript-eslint/require-await
  return async (app) => {
    app.post(
      "/enrollments/:enrollmentId/grade",
      {
        config: { scope: "grades.write" },
        // The body is judged by the operation, after it is known that the caller may see the enrollment.
        attachValidation: true,
        schema: {
          operationId: "postGrade",
          summary: "Hands in the first final grade of an enrollment",
          consumes: ["application/json"],
          params: Type.Object({ enrollmentId: Uuid }),
          body: GradeSubmission,
          response: { 201: FinalGrade, ...problemReplies(400, 404, 409, 413, 415, 422) },
        },
      },
      async (request, reply) => {
        const fault = request.validationError;
        if (fault !== undefined && fault.validationContext !== "body") throw shapeRefusalOf(fault as never);
        const { enrollmentId } = request.params;
        const shapeRefusal = fault === undefined ? undefined : shapeRefusalOf(fault as never);
        const entry = () => auditEntryOf(request, 201);
        const body = await handInGrade(
          deps,
          operationRequest(request),
          { enrollmentId, body: request.body, shapeRefusal },
          entry,
        );
        request.context.audited = true;
        reply.code(201).header("location", `/v1/enrollments/${enrollmentId}/grade`).header("etag", etagOf(1, "grade"));
        return sendJson(reply, body) as never;
      },
    );
  };
}
