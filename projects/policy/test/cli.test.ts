import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROD, TAGS, urnOf } from "./fixture.ts";

const CLI = join(import.meta.dirname, "..", "src", "cli.ts");

jest.setTimeout(60_000);

/** A state of the security layer with one key in it that does not rotate. */
const state = (project: string) => {
  const type = "aws:kms/key:Key";
  const inputs = { enableKeyRotation: false, deletionWindowInDays: 30, tags: TAGS };
  const resources = [{ urn: urnOf(PROD, type, "logs").replace("srs-security", project), type, custom: true, inputs }];
  return JSON.stringify({ version: 3, deployment: { resources } });
};

describe("the runner", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "policy-cli-"));
    writeFileSync(join(folder, "security.json"), state("srs-security"));
    writeFileSync(join(folder, "other.json"), state("srs-other"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const env = { ...process.env, NODE_OPTIONS: "" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", env });
    return { status, stdout, stderr };
  };

  it("ends with 1 when a mandatory rule is broken, and names layer, rule, resource and remedy", () => {
    const { status, stdout } = run("--stack", "prod", "--state", join(folder, "security.json"));
    expect(status).toBe(1);
    expect(stdout).toContain("security  1 resources");
    expect(stdout).toContain("VIOLATION POL-4 kms-key-rotation: aws:kms/key:Key logs");
    expect(stdout).toContain("Set enableKeyRotation: true");
    expect(stdout).toContain("network   has no state");
  });

  it("prints the same as JSON", () => {
    const { status, stdout } = run("--stack", "prod", "--json", "--state", join(folder, "security.json"));
    expect(status).toBe(1);
    const { layers, absent } = JSON.parse(stdout) as { layers: { layer: string }[]; absent: string[] };
    expect(layers).toMatchObject([{ layer: "security", resources: 1 }]);
    expect(absent).toEqual(["network", "data", "compute"]);
  });

  it("ends with 2 when there is nothing to look at, and says what to do", () => {
    expect(run("--stack", "local-nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("make deploy-all STACK=local-nowhere"),
    });
    expect(run("--state", join(folder, "other.json"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the state of no layer"),
    });
  });
});
