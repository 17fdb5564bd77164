import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopesOf } from "@records/components";
import { digestOf } from "../src/artifacts.ts";

describe("digest of built files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "artifacts-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (root: string, files: Record<string, string>): string => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, root, name, ".."), { recursive: true });
      writeFileSync(join(folder, root, name), content);
    }
    return join(folder, root);
  };
  const digest = (root: string) => digestOf(root, [root]);

  it("is the same for the same files, wherever they lie and in whatever order they were written", () => {
    const one = write("one", { "1.sql": "a", "sub/2.sql": "b" });
    const two = write("two", { "sub/2.sql": "b", "1.sql": "a" });
    expect(digest(one)).toBe(digest(two));
  });

  it.each<[string, Record<string, string>]>([
    ["a content", { "1.sql": "a", "2.sql": "c" }],
    ["a name", { "1.sql": "a", "3.sql": "b" }],
    ["the number of files", { "1.sql": "a" }],
    ["which name has which content", { "1.sql": "b", "2.sql": "a" }],
  ])("changes with %s", (_, files) => {
    const before = write("before", { "1.sql": "a", "2.sql": "b" });
    expect(digest(write("after", files))).not.toBe(digest(before));
  });
});

describe("scopes of the service's document", () => {
  it("are those of all operations, each once, and parameters of a path are no operation", () => {
    const operation = (scope: string) => ({ "x-scope": scope, responses: {} });
    const paths = {
      "/v1/b": { get: operation("students.read"), patch: operation("students.write"), parameters: [] },
      "/v1/a": { get: operation("students.read") },
      "/health/live": { get: { responses: {} } },
    };
    expect(scopesOf({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths })).toEqual([
      "students.read",
      "students.write",
    ]);
  });
});
