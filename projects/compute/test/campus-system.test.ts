import { parseCampusSystems } from "../src/campus-system.ts";

const offered = ["grades.write", "students.read"];

describe("campus systems from configuration", () => {
  it("are taken as they are listed", () => {
    const listed = [{ name: "sis", scopes: ["students.read", "grades.write"] }];
    expect(parseCampusSystems(listed, offered)).toEqual(listed);
  });

  it.each<[string, unknown, string]>([
    ["no list", undefined, "at least one campus system"],
    ["an empty list", [], "at least one campus system"],
    ["a name that no resource could have", [{ name: "SIS 1", scopes: ["students.read"] }], '"SIS 1"'],
    ["a system without scopes", [{ name: "sis", scopes: [] }], '"sis" lists no scopes'],
    ["a scope that no operation knows", [{ name: "sis", scopes: ["students.erase"] }], '"students.erase"'],
    ["a setting it does not know", [{ name: "sis", scopes: ["students.read"], secret: "x" }], '"secret"'],
    [
      "one system twice",
      [
        { name: "sis", scopes: ["students.read"] },
        { name: "sis", scopes: ["grades.write"] },
      ],
      '"sis" twice',
    ],
  ])("are refused with %s, and the error says where", (_, value, message) => {
    expect(() => parseCampusSystems(value, offered)).toThrow(message);
  });
});
