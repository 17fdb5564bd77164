import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Dependencies } from "../../../dependencies.ts";
import { etagOf, matches } from "../../../etag.ts";
import { readStudent } from "../../../operations/read-student.ts";
import { operationRequest } from "../../../plugins/app/request-context.ts";
import { sendJson } from "../../../replies.ts";
import { Uuid } from "../../../schemas/formats.ts";
import { problemReplies } from "../../../schemas/problem.ts";
import { Student, STUDENT_VIEW } from "../../../schemas/student.ts";

export function getStudent(deps: Dependencies): FastifyPluginAsyncTypebox {
  // eslint-disable-next-line @typescript-eslint/require-await
  return async (app) => {
    app.get(
      "/students/:studentId",
      {
        config: { scope: "students.read" },
        schema: {
          operationId: "getStudent",
          summary: "One student with the person",
          params: Type.Object({ studentId: Uuid }),
          response: { 200: Student, 304: Type.Null({ description: "Not changed" }), ...problemReplies(404) },
        },
      },
      async (request, reply) => {
        const student = await readStudent(deps, operationRequest(request), request.params.studentId);
        const etag = etagOf(student.version, STUDENT_VIEW);
        reply.header("etag", etag).header("x-cache", request.context.facts.cache);
        const known = request.headers["if-none-match"];
        // Authorization came first, and the entry is written either way: a caller who learns "not changed" has learned something.
        if (known !== undefined && matches(known, etag)) return reply.code(304).send(null);
        return sendJson(reply, student.body) as never;
      },
    );
  };
}
