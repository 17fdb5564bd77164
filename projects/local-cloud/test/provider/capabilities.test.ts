import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { capabilities } from "../../src/capabilities.ts";
import { createRegistry } from "../../src/registry.ts";
import type { Registry } from "../../src/registry.ts";
import { services } from "../../src/services/index.ts";
import { recordingCloud } from "./engine.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const SDK = join(ROOT, "node_modules/@pulumi");

/** Outputs that stay empty here, and why nothing could be said. */
const EMPTY_HERE: Readonly<Record<string, readonly string[]>> = {
  // Nothing signs code; the address for streamed answers has nobody behind it.
  "aws:lambda/function:Function": ["responseStreamingInvokeArn", "signingJobArn", "signingProfileVersionArn"],
  // Of AWS's own maintenance: the CA of its instances, the order of its upgrades.
  "aws:rds/cluster:Cluster": ["caCertificateValidTill", "upgradeRolloutOrder"],
};

describe("what the local cloud says it can do", () => {
  let folder: string;
  let registry: Registry;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "local-cloud-capabilities-"));
    const cloud = recordingCloud(folder);
    registry = createRegistry(services.map((service) => service(cloud)));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("lists exactly the types it serves", () => {
    expect(registry.resources.size).toBeGreaterThan(30);
    expect(Object.keys(capabilities).toSorted()).toEqual([...registry.resources.keys()].toSorted());
  });

  it("covers every type and data source the stacks use", () => {
    const used = stacksSources().flatMap((source) => [...source.matchAll(/\bnew aws\.(\w+)\.(\w+)\(/g)]);
    expect(used.length).toBeGreaterThan(30);
    const tokens = new Set(used.map(([, module = "", type = ""]) => sdkToken(module, type)));
    expect([...tokens].filter((token) => !registry.resources.has(token))).toEqual([]);

    const calls = stacksSources().flatMap((source) => [
      ...source.matchAll(/\baws\.(?:(\w+)\.)?(get[A-Z]\w*?)(?:Output)?\(/g),
    ]);
    const functions = new Set(calls.map(([, module = "index", name = ""]) => `aws:${module}/${name}:${name}`));
    expect([...functions].filter((token) => !registry.functions.has(token))).toEqual([]);
  });

  it("computes every output that AWS alone decides, so that no program reads nothing", () => {
    const gaps: Record<string, readonly string[]> = {};
    for (const [token, type] of registry.resources) {
      const elsewhere = ["tagsAll", ...(type.derivedInputs ? ["contextHash"] : []), ...(EMPTY_HERE[token] ?? [])];
      const missing = decidedByAws(token).filter((name) => !type.computed.includes(name) && !elsewhere.includes(name));
      if (missing.length > 0) gaps[token] = missing;
    }
    expect(gaps).toEqual({});
  });
});

function stacksSources(): readonly string[] {
  const folders = ["security", "network", "data", "compute"].map((stack) => `projects/${stack}/{*.ts,src/**/*.ts}`);
  return globSync([...folders, "shared/components/src/**/*.ts"], { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), "utf8"),
  );
}

function sdkToken(module: string, type: string): string {
  const file = join(SDK, "aws", module, `${type[0]?.toLowerCase()}${type.slice(1)}.js`);
  return /__pulumiType = '([^']+)'/.exec(readFileSync(file, "utf8"))?.[1] ?? `no type in ${file}`;
}

/** The SDK marks what a program cannot give: `resourceInputs["arn"] = undefined /*out*\/`. */
function decidedByAws(token: string): readonly string[] {
  const [pkg = "", path = ""] = token.split(":");
  const file = join(SDK, pkg, `${path.replace(/^index$/, "image")}.js`);
  if (!existsSync(file)) throw new Error(`${token} is not in the SDK (${file}).`);
  const created =
    readFileSync(file, "utf8")
      .split(/const args = argsOrState;|if \(!opts\.id\) \{/)[1]
      ?.split("else {")[0] ?? "";
  return [...created.matchAll(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g)].map(([, name = ""]) => name);
}
