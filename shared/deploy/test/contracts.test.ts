/** Contracts between real stacks: the engine on a file backend, a consumer, and a producer as its last update left it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { exampleContracts } from "@records/contracts/examples";
import { FIXTURE_VARIABLE, fixtureAllowed } from "@records/conventions";
import { checkpoint } from "../src/empty-state.ts";
import type { ContractRun, Said } from "./contract-stacks.ts";

const PLACE = { accountId: "111111111111", region: "us-east-1", suffix: "dev", zones: 2 };
const whole = exampleContracts(PLACE).data;

const folder = mkdtempSync(join(tmpdir(), "contracts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Leaves behind what a producer of another commit would have. */
function published(contract: unknown, contractVersion: number): void {
  const file = join(folder, ".pulumi", "stacks", "srs-data", "dev.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(checkpoint("dev", "srs-data", { contract, contractVersion })));
}

function run(program: ContractRun["program"], verbs: ContractRun["verbs"], fixture?: string): Said {
  const request: ContractRun = { folder, place: PLACE, program, verbs };
  const env = { ...process.env, ...(fixture && { [FIXTURE_VARIABLE]: fixture }) };
  const main = join(import.meta.dirname, "contract-stacks.ts");
  return JSON.parse(execFileSync(process.execPath, [main, JSON.stringify(request)], { env, encoding: "utf8" })) as Said;
}

describe("a contract between two deployed stacks", () => {
  it("that lost a field stops the consumer with producer and field, in preview and in update", () => {
    const { files: _files, ...dropped } = whole;
    published(dropped, 7);
    for (const { succeeded, text } of run({ reads: 1 }, ["preview", "up"])) {
      expect(succeeded).toBe(false);
      expect(text).toContain("srs-data publishes no usable contract: contract has no files");
    }
  });

  it("of an older version stops a consumer that is ahead, and names what to deploy", () => {
    published(whole, 3);
    for (const { succeeded, text } of run({ reads: 4 }, ["preview", "up"])) {
      expect(succeeded).toBe(false);
      expect(text).toContain("this stack needs 4 or later. Deploy srs-data");
    }
  });

  it("is stood for by a labelled fixture in the preview of a consumer that is ahead, and never in its update", () => {
    published(whole, 3);
    const [preview, update] = run({ reads: 4 }, ["preview", "up"], "preview");
    expect(preview).toMatchObject({ succeeded: true });
    expect(preview?.text).toContain("The contract of srs-data is a FIXTURE here");
    expect(update).toMatchObject({ succeeded: false });
    expect(update?.text).toContain("nothing can be deployed with it");
  });

  it("is taken as it is published where it fits, also when a fixture would be allowed", () => {
    published(whole, 4);
    const [preview] = run({ reads: 4 }, ["preview"], "preview");
    expect(preview).toMatchObject({ succeeded: true });
    expect(preview?.text).not.toContain("FIXTURE");
  });

  it("is not published with a secret in it, however deep", () => {
    const [update] = run("publishes a secret", ["up"]);
    expect(update).toMatchObject({ succeeded: false });
    expect(update?.text).toContain("The contract holds a secret value");
    expect(update?.text).not.toContain("never to be seen");
  });
});

describe("CONTRACT_FIXTURE", () => {
  it("takes one value, in a preview", () => {
    expect([undefined, ""].map((value) => fixtureAllowed(value, false))).toEqual([false, false]);
    expect(fixtureAllowed("preview", true)).toBe(true);
    expect(() => fixtureAllowed("yes", true)).toThrow("the only value it takes is preview");
  });
});
