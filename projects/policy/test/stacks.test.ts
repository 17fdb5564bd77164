import type { States } from "@records/deploy";
import { exceptions } from "../exceptions.ts";
import { mandatory, runPack, type PackResult } from "../src/run.ts";
import { describe as report } from "../src/report.ts";
import { recordedStates } from "./recorded.ts";

const LEAVE = { exemptions: exceptions, now: new Date("2027-01-01") };
const STACKS = ["local", "dev", "pr123", "staging", "prod"] as const;

describe.each(STACKS)("the four layers of stack %s", (stack) => {
  let states: States;
  let result: PackResult;
  beforeAll(async () => {
    states = await recordedStates(stack);
    result = await runPack(states, LEAVE);
  }, 120_000);

  it("break no rule, mandatory or advisory", () => {
    expect(result.layers.map(({ layer }) => layer)).toEqual(["security", "network", "data", "compute"]);
    expect(result.layers.filter(({ resources }) => resources < 30)).toEqual([]);
    const said = result.layers.flatMap(({ violations }) =>
      violations.map(({ rule, urn, message }) => `${rule.id} ${rule.name} ${urn ?? "stack"}: ${message}`),
    );
    expect(said).toEqual([]);
  });

  it("are judged by every rule: nothing waits for a value", () => {
    expect(
      result.layers.flatMap(({ waiting }) => waiting.map(({ rule, path }) => `${rule.name} ${path.join(".")}`)),
    ).toEqual([]);
  });

  it("need the exceptions that are agreed on, and production needs all of them", () => {
    const used = new Set(result.layers.flatMap(({ excepted }) => excepted.map(({ exemption }) => exemption.id)));
    expect([...used]).toEqual(expect.arrayContaining(["EXC-1", "EXC-5", "EXC-6", "EXC-8"]));
    if (stack === "prod") expect(result.unused).toEqual([]);
  });

  it("are reported with rule, resource and remedy when one setting is changed by hand", async () => {
    const resources = states.security?.deployment.resources ?? [];
    const broken = resources.map((resource) =>
      resource.urn.endsWith("aws:kms/key:Key::logs")
        ? { ...resource, inputs: { ...resource.inputs, enableKeyRotation: false } }
        : resource,
    );
    const changed = await runPack({ ...states, security: { version: 3, deployment: { resources: broken } } }, LEAVE);
    expect(mandatory(changed).map(({ rule, urn }) => `${rule.name} ${urn?.split("::").at(-1)}`)).toEqual([
      "kms-key-rotation logs",
    ]);
    const text = report(stack, changed);
    expect(text).toContain("VIOLATION POL-4 kms-key-rotation: aws:kms/key:Key logs");
    expect(text).toContain("Set enableKeyRotation: true");
    expect(text).toContain(`1 mandatory rule is broken in stack ${stack}`);
  });
});
