import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import fc from "fast-check";
import { changedPaths, ContractChange } from "../src/contract-change.ts";

const event = (old: object | undefined, now: object): EngineEvent =>
  ({
    resOutputsEvent: {
      metadata: {
        type: "pulumi:pulumi:Stack",
        ...(old && { old: { outputs: { contract: old } } }),
        new: { outputs: { contract: now } },
      },
    },
  }) as unknown as EngineEvent;

describe("a changed contract", () => {
  it("names each field that was added, removed or given another value", () => {
    const before = { kept: { a: 1, list: [1, 2] }, changed: { deep: "x" }, gone: 1 };
    const after = { kept: { a: 1, list: [1, 2] }, changed: { deep: "y" }, added: 1 };
    expect(changedPaths(before, after)).toEqual(["added", "changed.deep", "gone"]);
  });

  it("is none when nothing changed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (contract) => {
        expect(changedPaths(contract, structuredClone(contract))).toEqual([]);
      }),
    );
  });

  it("sends whoever deployed to the layers after it, in order", () => {
    const change = new ContractChange();
    change.add(event({ vpcId: "vpc-1" }, { vpcId: "vpc-2" }));
    expect(change.advice("network", "dev")).toEqual([
      expect.stringContaining("the contract changed: vpcId."),
      "  make preview LAYER=data STACK=dev",
      "  make preview LAYER=compute STACK=dev",
    ]);
    expect(change.advice("compute", "dev")).toEqual([]);
  });

  it("says nothing at a first deployment", () => {
    const change = new ContractChange();
    change.add(event(undefined, { vpcId: "vpc-1" }));
    expect(change.advice("network", "dev")).toEqual([]);
  });
});
