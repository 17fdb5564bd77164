import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Dependencies } from "../../../dependencies.ts";
import { etagOf } from "../../../etag.ts";
import { patchStudent as patchStudentOperation } from "../../../operations/change-contact.ts";
import { shapeRefusalOf } from "../../../plugins/app/problems.ts";
import { auditEntryOf, operationRequest } from "../../../plugins/app/request-context.ts";
import { sendJson } from "../../../replies.ts";
import { Uuid } from "../../../schemas/formats.ts";
import { problemReplies } from "../../../schemas/problem.ts";
import { Student, StudentPatch, STUDENT_VIEW } from "../../../schemas/student.ts";

export function patchStudent(deps: Dependencies): FastifyPluginAsyncTypebox {
  // eslint-disable-next-line @typescript-eslint/require-await
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/merge-patch+json",
      { parseAs: "string" },
      app.getDefaultJsonParser("error", "error"),
    );
    app.patch(
      "/students/:studentId",
      {
        config: { scope: "students.write" },
        // The body is judged by the operation, after the precondition; its schema is still the one in force.
        attachValidation: true,
        schema: {
          operationId: "patchStudent",
          summary: "Changes how a student can be reached",
          consumes: ["application/merge-patch+json"],
          params: Type.Object({ studentId: Uuid }),
          // Headers are read by hand, because a missing one has a status of its own.
          body: StudentPatch,
          response: { 200: Student, ...problemReplies(400, 404, 412, 413, 415, 422, 428) },
        },
      },
      async (request, reply) => {
        const fault = request.validationError;
        if (fault !== undefined && fault.validationContext !== "body") throw shapeRefusalOf(fault as never);
        const patch = {
          studentId: request.params.studentId,
          ifMatch: request.headers["if-match"],
          body: request.body,
          shapeRefusal: fault === undefined ? undefined : shapeRefusalOf(fault as never),
        };
        const entry = () => auditEntryOf(request, 200);
        const { student, changed } = await patchStudentOperation(deps, operationRequest(request), patch, entry);
        request.context.audited = changed;
        reply.header("etag", etagOf(student.version, STUDENT_VIEW));
        return sendJson(reply, student.body) as never;
      },
    );
  };
}
