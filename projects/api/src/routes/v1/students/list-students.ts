import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Dependencies } from "../../../dependencies.ts";
import { listStudents as listStudentsOperation } from "../../../operations/list-students.ts";
import { operationRequest } from "../../../plugins/app/request-context.ts";
import { sendJson } from "../../../replies.ts";
import { Page, StudentsQuery } from "../../../schemas/page.ts";
import { problemReplies } from "../../../schemas/problem.ts";
import { Student } from "../../../schemas/student.ts";

export function listStudents(deps: Dependencies): FastifyPluginAsyncTypebox {
  // eslint-disable-next-line @typescript-eslint/require-await
  return async (app) => {
    app.get(
      "/students",
      {
        config: { scope: "students.read" },
        schema: {
          operationId: "listStudents",
          summary: "Students of the caller's campuses, a page at a time",
          querystring: StudentsQuery,
          response: { 200: Page(Student), ...problemReplies(400) },
        },
      },
      async (request, reply) => {
        const { sort, limit } = request.query;
        const { body, next } = await listStudentsOperation(deps, operationRequest(request), request.query);
        if (next !== undefined) {
          const query = new URLSearchParams({ sort, limit: String(limit), cursor: next });
          reply.header("link", `</v1/students?${query.toString()}>; rel="next"`);
        }
        return sendJson(reply, body) as never;
      },
    );
  };
}
