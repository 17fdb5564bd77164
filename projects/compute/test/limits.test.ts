import fc from "fast-check";
import type { OpenApi31 } from "@records/components";
import { parseRanges } from "../src/address-ranges.ts";
import { methodLimits } from "../src/method-limits.ts";
import { plansOf } from "../src/plans.ts";

const stage = { ratePerSecond: 1000, burst: 2000 };
const documentOf = (...operations: readonly string[]): OpenApi31 => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [method = "", path = ""] of operations.map((operation) => operation.split(" "))) {
    paths[path] = { ...paths[path], [method]: {} };
  }
  return { openapi: "3.1.0", info: { title: "t", version: "1" }, paths };
};

describe("limits of methods", () => {
  it("hold writes to a fifth of the stage's rate, and leave reads the stage's", () => {
    const document = documentOf("get /v1/students", "patch /v1/students/{studentId}", "get /health/live");
    expect(methodLimits(document, "/v1", stage)).toEqual([
      {
        name: "patch-students-studentid",
        methodPath: "~1students~1{studentId}/PATCH",
        ratePerSecond: 200,
        burst: 400,
      },
    ]);
  });

  it("hold exports to one a second, reads of them included, as soon as there are any", () => {
    const limits = methodLimits(documentOf("post /v1/exports", "get /v1/exports/{exportId}"), "/v1", stage);
    expect(limits.map(({ methodPath, ratePerSecond }) => [methodPath, ratePerSecond])).toEqual([
      ["~1exports/POST", 1],
      ["~1exports~1{exportId}/GET", 1],
    ]);
    expect(methodLimits(documentOf("get /v1/exportsx"), "/v1", stage)).toEqual([]);
  });

  it("never exceed the stage's, and always let one request through", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 5000 }), (ratePerSecond, burst) => {
        for (const limit of methodLimits(documentOf("put /v1/a", "delete /v1/exports"), "/v1", {
          ratePerSecond,
          burst,
        })) {
          expect(limit.burst).toBeLessThanOrEqual(burst);
          expect(limit.burst).toBeGreaterThanOrEqual(1);
          expect(limit.ratePerSecond).toBeLessThanOrEqual(ratePerSecond);
        }
      }),
    );
  });
});

describe("usage plans", () => {
  const standard = { ratePerSecond: 250, burst: 500, perDay: 5_000_000 };
  const system = (name: string, agreedRatePerSecond?: number) => ({
    name,
    scopes: ["students.read"],
    ...(agreedRatePerSecond !== undefined && { agreedRatePerSecond }),
  });

  it("are the standard one and the console's, and one for each agreed rate, a quarter above it", () => {
    expect(plansOf([system("lms"), system("sis", 400), system("crm", 400)], standard)).toEqual([
      { name: "standard", ...standard },
      { name: "console", ratePerSecond: 250, burst: 500 },
      { name: "high-400", ratePerSecond: 500, burst: 1000 },
    ]);
  });
});

describe("ranges of addresses from configuration", () => {
  it("are taken as they are listed", () => {
    expect(parseRanges("campusRanges", ["10.0.0.0/8", "192.0.2.7/32"])).toEqual(["10.0.0.0/8", "192.0.2.7/32"]);
  });

  it.each([
    ["no list", undefined, "must list ranges"],
    ["a range with bits beyond its prefix", ["10.0.0.1/8"], '"10.0.0.1/8" in campusRanges'],
    ["everybody", ["0.0.0.0/0"], "or it is all of them"],
    ["a number that no octet has", ["300.0.0.0/8"], "no range"],
    ["an address without a prefix", ["10.0.0.1"], "no range"],
    ["a number", [10], "10 in campusRanges"],
  ])("are refused when they are %s", (_, value, message) => {
    expect(() => parseRanges("campusRanges", value)).toThrow(message);
  });
});
