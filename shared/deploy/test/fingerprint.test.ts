import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { environmentFor } from "../src/environments.ts";
import { rememberCheck, wasChecked } from "../src/fingerprint.ts";

/** A checkout with two layers, as small as can be. */
function checkout(): { root: string; write: (file: string, content: string) => void } {
  const root = mkdtempSync(join(tmpdir(), "plans-"));
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  for (const layer of ["security", "network"]) {
    write(`projects/${layer}/Pulumi.yaml`, `name: srs-${layer}\n`);
    write(`projects/${layer}/index.ts`, "export {};\n");
  }
  write("package-lock.json", "{}");
  return { root, write };
}

const stateOf = (value: string) =>
  JSON.stringify({
    checkpoint: { latest: { resources: [{ type: "pulumi:pulumi:Stack", outputs: { contract: value } }] } },
  });
const SECURITY_STATE = ".local/local/state/.pulumi/stacks/srs-security/local.json";

describe("a plan that was checked", () => {
  const { root, write } = checkout();
  const local = environmentFor("local", root);
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(() => {
    write(SECURITY_STATE, stateOf("one"));
    rememberCheck(root, local, "network");
  });

  it("needs no second check while nothing it is made from changes", () => {
    expect(wasChecked(root, local, "network")).toBe(true);
    write("projects/api/dist/image/server.mjs", "another bundle");
    write(".local/local/state/.pulumi/stacks/srs-security/local.json", stateOf("one"));
    expect(wasChecked(root, local, "network")).toBe(true);
  });

  it.each([
    ["its program", "projects/network/src/vpc.ts"],
    ["its settings", "projects/network/Pulumi.local.yaml"],
    ["the policy pack", "projects/policy/src/rules.ts"],
    ["a shared source", "shared/conventions/src/names.ts"],
    ["a document that becomes a resource's property", "projects/api/dist/openapi.json"],
    ["the packages", "package-lock.json"],
  ])("needs one after a change of %s", (_, file) => {
    write(file, `changed at ${file}`);
    expect(wasChecked(root, local, "network")).toBe(false);
  });

  it("needs one after an upstream layer has published something else", () => {
    write(SECURITY_STATE, stateOf("two"));
    expect(wasChecked(root, local, "network")).toBe(false);
  });

  it("is never taken for granted on AWS", () => {
    process.env.PULUMI_BACKEND_URL = "s3://state";
    const dev = environmentFor("dev", root);
    rememberCheck(root, dev, "network");
    expect(wasChecked(root, dev, "network")).toBe(false);
    delete process.env.PULUMI_BACKEND_URL;
  });
});
