import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { type Engine, startEngine } from "../../local-cloud/test/provider/engine.ts";
import { rules } from "../src/rules.ts";
import { AnyResource, anyService, brokenResources, declareBrokenStacks } from "./declare.ts";
import { ACCOUNT, keyArn, PROD, TAGS, type Place } from "./fixture.ts";
import { STACK_FIXTURES } from "./fixtures/index.ts";

const ANALYZER = join(import.meta.dirname, "..", "analyzer");
const PULL_REQUEST: Place = "pr7/srs-network";
type PolicyEvent = NonNullable<EngineEvent["policyEvent"]>;

jest.setTimeout(120_000);

interface Outcome {
  readonly refused: boolean;
  readonly said: string;
  readonly events: readonly PolicyEvent[];
}

/** What the driver does before it changes anything: a preview with the pack, here of a stack on AWS. */
async function preview(
  engine: Engine,
  at: Place,
  program: () => Promise<Record<string, unknown>>,
  settings?: string,
): Promise<Outcome> {
  const [stackName, project] = at.split("/");
  const stack = await engine.stack(program, stackName, project);
  await stack.setAllConfig({
    "aws:region": { value: "us-east-1" },
    "aws:allowedAccountIds": { value: JSON.stringify([ACCOUNT]) },
  });
  const events: PolicyEvent[] = [];
  const onEvent = ({ policyEvent }: EngineEvent) => void (policyEvent && events.push(policyEvent));
  const result = await stack
    .preview({ policyPacks: [ANALYZER], policyPackConfigs: settings ? [settings] : undefined, onEvent })
    .then(
      () => ({ refused: false, said: "" }),
      (error: Error) => ({ refused: true, said: error.message }),
    );
  return { ...result, events };
}

describe("the engine with the policy pack", () => {
  let engines: readonly Engine[];
  let prod: Outcome;
  let pullRequest: Outcome;
  beforeAll(async () => {
    engines = await Promise.all(["prod", "pr7"].map((stack) => startEngine(() => [anyService()], stack, "plans only")));
    const broken = (at: Place, faults: number, outputs: Record<string, unknown>) => async () => {
      for (const { declare } of brokenResources(at)) declare();
      declareBrokenStacks(at, faults);
      return outputs;
    };
    [prod, pullRequest] = await Promise.all([
      preview(engineOf(0), PROD, broken(PROD, 1, { contractVersion: 1 })),
      preview(engineOf(1), PULL_REQUEST, broken(PULL_REQUEST, 2, {})),
    ]);
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  const engineOf = (index: number): Engine => {
    const engine = engines[index];
    if (!engine) throw new Error(`There is no engine ${index}.`);
    return engine;
  };

  const heard = (outcome: Outcome, rule: string, name = "") =>
    outcome.events.filter(
      ({ policyName, resourceUrn, message }) =>
        policyName === rule && (resourceUrn ?? "").endsWith(name) && !message.includes("can't run policy"),
    );

  it("refuses both deployments before anything is created", () => {
    expect([prod.refused, pullRequest.refused]).toEqual([true, true]);
    expect(engines.map(({ cloud }) => cloud.account.all())).toEqual([[], []]);
  });

  const table = [PROD, PULL_REQUEST].flatMap((at) =>
    brokenResources(at).map(({ rule, name }) => [rule, name, at] as const),
  );
  it.each(table)("names the rule %s, the resource %s and the remedy (%s)", (rule, name, at) => {
    const outcome = at === PROD ? prod : pullRequest;
    const { remedy, level, holds } = rules.find((each) => each.name === rule) ?? {};
    const [event] = heard(outcome, rule, `::${name}`);
    expect(event?.enforcementLevel).toBe(level);
    expect(event?.message).toContain(remedy);
    expect(event?.message).toContain(holds);
    if (level === "mandatory") expect(outcome.said).toContain(rule);
  });

  const ofStacks = Object.keys(STACK_FIXTURES).filter((rule) => rule !== "cost-hint");
  it.each(ofStacks)("names the rule %s, which is about the whole stack, and the remedy", (rule) => {
    const events = [prod, pullRequest].flatMap((outcome) => heard(outcome, rule));
    expect(events.map(({ enforcementLevel }) => enforcementLevel)).toContain("mandatory");
    expect(events[0]?.message).toContain(rules.find((each) => each.name === rule)?.remedy);
  });

  it("finds an edge too much and a side too few while every id is still unknown", () => {
    const messages = heard(pullRequest, "reachability-matrix").map(({ message }) => message);
    expect(messages.join("\n")).toContain("consumer -> database:5433");
    expect(messages.join("\n")).toContain("api-task -> cache:6379 (NET-22) has no ingress rule");
    expect(messages).toHaveLength(2);
  });

  it("says which checks wait for values that only the deployment will know", () => {
    const waiting = prod.events.filter(({ message }) => message.includes("can't run policy"));
    expect([...new Set<string>(waiting.map(({ enforcementLevel }) => enforcementLevel))]).toEqual(["advisory"]);
  });

  it("lets a plan pass in which every rule holds, and tells keys of another layer apart by what the driver says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "policy-settings-"));
    const settings = join(folder, "settings.json");
    writeFileSync(
      settings,
      JSON.stringify({ "own-key": { keyArns: { compute: keyArn(1), studentFields: keyArn(2) } } }),
    );
    const withKey = (kmsMasterKeyId: string) => async () => {
      new AnyResource(
        { type: "aws:sns/topic:Topic", name: "alerts" },
        { name: "srs-prod-alerts", kmsMasterKeyId, tags: TAGS },
      );
      return {};
    };
    const own = await preview(engineOf(0), "prod/srs-other", withKey(keyArn(1)), settings);
    expect([own.refused, own.said, own.events]).toEqual([false, "", []]);
    const foreign = await preview(engineOf(0), "prod/srs-other", withKey(keyArn(2)), settings);
    expect(heard(foreign, "own-key", "::alerts")[0]?.message).toContain("the key student-fields");
    rmSync(folder, { recursive: true });
  });
});
