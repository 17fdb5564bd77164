import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { holdsRecords, Losses } from "../src/losses.ts";

const step = (op: string, type: string) =>
  ({ resourcePreEvent: { metadata: { op, type, urn: `urn:pulumi:prod::srs-data::${type}::records` } } }) as EngineEvent;

describe("a plan for an environment with education records", () => {
  it.each(["delete", "replace"])("is refused with the URN when it would %s what must stay", (op) => {
    const losses = new Losses();
    losses.add(step(op, "aws:rds/cluster:Cluster"));
    expect(() => losses.refuse("prod")).toThrow(/POL-31[^]*aws:rds\/cluster:Cluster::records/);
  });

  it("passes when it creates and changes, or replaces what can be made again", () => {
    const losses = new Losses();
    for (const op of ["create", "update", "same"]) losses.add(step(op, "aws:rds/cluster:Cluster"));
    losses.add(step("replace", "aws:ecs/taskDefinition:TaskDefinition"));
    expect(() => losses.refuse("prod")).not.toThrow();
  });

  it("is one for staging or prod", () => {
    expect(["local", "dev", "staging", "prod"].filter(holdsRecords)).toEqual(["staging", "prod"]);
  });
});
