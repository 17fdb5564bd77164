/** The whole assembly, in reading order. The server and the tests build the same one. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyServerOptions } from "fastify";
import { v7 as uuidv7 } from "uuid";
import type { Dependencies } from "./dependencies.ts";
import { audit } from "./plugins/app/audit.ts";
import { authentication } from "./plugins/app/authentication.ts";
import { BODY_BYTES_MAX, notFound, problems } from "./plugins/app/problems.ts";
import { requestContext } from "./plugins/app/request-context.ts";
import { requestLog } from "./plugins/app/request-log.ts";
import { requestMetrics } from "./plugins/app/request-metrics.ts";
import { scopeGuard } from "./plugins/app/scope-guard.ts";
import { validatorCompiler } from "./plugins/app/validation.ts";
import { openApi } from "./plugins/external/swagger.ts";
import { MALFORMED_REQUEST, problemBody } from "./problems/catalogue.ts";
import { health } from "./routes/health.ts";
import { postGrade } from "./routes/v1/enrollments/post-grade.ts";
import { getStudent } from "./routes/v1/students/get-student.ts";
import { listStudents } from "./routes/v1/students/list-students.ts";
import { patchStudent } from "./routes/v1/students/patch-student.ts";

export interface AppOptions {
  readonly logger: FastifyServerOptions["logger"];
  /** Key and certificate; without them the app is good for `inject` alone. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Longer than the load balancer keeps an idle connection, so that it is never the server who hangs up on a request. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const REQUEST_TIMEOUT_MS = 10_000;

export async function buildApp(deps: Dependencies, { logger, tls }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...(tls === undefined ? {} : { https: { ...tls, minVersion: "TLSv1.2" as const } }),
    logger: logger ?? false,
    // Request lines are written by our own hook, from an allow-list.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: () => uuidv7(),
    // Two hops: the gateway's private link and the load balancer. What stands before them in the header is the caller.
    trustProxy: (_address: string, hop: number) => hop < 2,
    bodyLimit: BODY_BYTES_MAX,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: "idle",
    // While connections drain, the requests still on them are served.
    return503OnClosing: false,
    frameworkErrors: (_error, request, reply) => {
      const answer = reply as unknown as FastifyReply;
      void answer
        .code(400)
        .type("application/problem+json; charset=utf-8")
        .send(problemBody(MALFORMED_REQUEST, {}, request.id));
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.removeContentTypeParser("text/plain");

  const root = app as unknown as FastifyInstance;
  await openApi(root);
  requestContext(root);
  requestLog(root);
  requestMetrics(root, deps.metrics);
  closeConnectionsWhileDraining(root, deps);
  problems(root);
  root.setNotFoundHandler(notFound);
  health(root, deps.health);
  await root.register(
    async (v1) => {
      // Hooks run in this order; the audit entry is the last thing before a reply leaves.
      authentication(v1, deps.tokens);
      scopeGuard(v1, deps.primary);
      audit(v1, deps.auditLog);
      v1.setNotFoundHandler(notFound);
      await v1.register(getStudent(deps));
      await v1.register(listStudents(deps));
      await v1.register(patchStudent(deps));
      await v1.register(postGrade(deps));
    },
    { prefix: "/v1" },
  );
  return root;
}

/** A reply on a draining task is the last one on its connection. */
function closeConnectionsWhileDraining(app: FastifyInstance, deps: Dependencies): void {
  app.addHook("onRequest", (_request, reply, done) => {
    if (!deps.health.live) reply.header("connection", "close");
    done();
  });
}
