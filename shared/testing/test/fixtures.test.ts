import { DataContract, NetworkContract, SecurityContract } from "@records/contracts";
import { parseContract } from "@records/conventions";
import { fixtures } from "../src/index.ts";

describe("fixture contracts", () => {
  it.each([
    ["security", SecurityContract, fixtures.security],
    ["network", NetworkContract, fixtures.network],
    ["data", DataContract, fixtures.data],
  ] as const)("of %s are what the stack could publish", (layer, schema, fixture) => {
    expect(parseContract(layer, schema, fixture)).toBe(fixture);
  });
});
