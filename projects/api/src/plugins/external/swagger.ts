/** The OpenAPI document, from the routes' own schemas. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";

export async function openApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Student records",
        description:
          "Education records of students, for systems that have an agreement with the institution (34 CFR Part 99).",
        version: "1",
      },
      components: {
        securitySchemes: {
          clientCredentials: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description: "OAuth 2.0 client credentials",
          },
        },
      },
      security: [{ clientCredentials: [] }],
    },
    transform: ({ schema, url, route }) => {
      const { scope } = (route.config ?? {}) as { scope?: string };
      return { schema: { ...schema, ...(scope === undefined ? {} : { "x-scope": scope }) }, url };
    },
  });
}
