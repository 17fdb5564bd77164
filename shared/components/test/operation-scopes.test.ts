import type { OpenApi31 } from "../src/gateway-body.ts";
import { requireScopes, scopesOf } from "../src/operation-scopes.ts";

const document: OpenApi31 = {
  openapi: "3.1.0",
  info: { title: "Student records", version: "1.0.0" },
  paths: {
    "/health/live": { get: { responses: {} } },
    "/v1/students": { get: { "x-scope": "students.read" } },
    "/v1/students/{studentId}": { get: { "x-scope": "students.read" }, patch: { "x-scope": "students.write" } },
  },
};
const table = {
  "GET /v1/students": "students.read",
  "GET /v1/students/{studentId}": "students.read",
  "PATCH /v1/students/{studentId}": "students.write",
};

describe("the scopes of operations", () => {
  it("are each named once, and none for what is internal", () => {
    expect(scopesOf(document)).toEqual(["students.read", "students.write"]);
  });

  it("are those of the table", () => {
    expect(() => requireScopes(document, table)).not.toThrow();
  });

  it.each<[string, Record<string, string>, string]>([
    ["another scope", { ...table, "GET /v1/students": "directory.read" }, 'asks for scope "students.read"'],
    ["a new operation", { "GET /v1/students": "students.read" }, "GET /v1/students/{studentId} asks for"],
    ["an operation that is gone", { ...table, "DELETE /v1/students": "students.write" }, "DELETE /v1/students, which"],
  ])("stop a deployment by %s", (_, changed, message) => {
    expect(() => requireScopes(document, changed)).toThrow(message);
  });
});
