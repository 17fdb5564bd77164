import { readFileSync } from "node:fs";
import path from "node:path";
import type { Control } from "../src/controls/control.ts";
import { faultsOf } from "../src/controls/faults.ts";
import { controls } from "../src/controls/index.ts";
import { page, PAGE } from "../src/controls/render.ts";
import { readSources, titleIn } from "../src/controls/sources.ts";

const ROOT = process.cwd();
const sources = readSources(ROOT);
const ids = new Set(controls.map(({ id }) => id));

/** Appendix B of the specification, number by number. */
const APPENDIX: Readonly<Record<string, readonly number[]>> = {
  APIGateway: [1, 2, 3, 4, 5],
  Backup: [1],
  CloudTrail: [1, 2, 4, 5, 6, 7],
  Cognito: [2, 3],
  Config: [1],
  EC2: [2, 6, 10, 15, 16, 18, 19, 21, 55, 56, 57, 172],
  ECR: [1, 2, 3, 5],
  ECS: [1, 2, 3, 4, 5, 8, 9, 10, 12, 16, 17, 18, 20],
  EFS: [1, 2, 3, 4, 6, 7, 8],
  ElastiCache: [1, 2, 3, 4, 5, 7],
  ELB: [1, 4, 5, 6, 12, 13, 16, 17, 18, 21, 22],
  GuardDuty: [1, 6, 9, 10, 11, 12],
  IAM: [1, 2, 3, 4, 5, 6, 7, 8, 21],
  Kinesis: [1, 3],
  KMS: [1, 2, 3, 4, 5],
  Lambda: [1, 2, 3, 5],
  RDS: [2, 5, 6, 7, 12, 13, 15, 16, 19, 20, 21, 22, 23, 24, 26, 27, 35, 37, 43, 46, 47, 50],
  S3: [1, 2, 3, 5, 6, 8, 9, 12, 13, 14, 15, 17],
  SecretsManager: [1, 2, 3, 4],
  SNS: [1, 4],
  SQS: [1, 3],
  WAF: [10, 11, 12],
};
/** Named by the inventories of security and network (sections 3 and 4) beside those of the appendix. */
const INVENTORIES =
  `EC2.7 IAM.28 AC-2 AC-4 AC-5 AC-6 AU-2 AU-3 AU-5 AU-9 AU-11 AU-12 CA-7 CM-3 CM-8 IA-5 IR-5 RA-5 SC-7 SC-7(4) SC-7(5)
   SC-12 SC-13 SC-28 SI-2 SI-4`.split(/\s+/);

describe("the table of controls", () => {
  it("has a row for every control of the specification", () => {
    const asked = [
      ...Object.entries(APPENDIX).flatMap(([service, numbers]) => numbers.map((number) => `${service}.${number}`)),
      ...INVENTORIES,
      // SEC-38: the fifteen alarms of the benchmark.
      ...Array.from({ length: 14 }, (_, index) => `CloudWatch.${index + 1}`),
      "CIS 4.15",
    ];
    expect(asked.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("fits the repository: tests, resources in production, rules and exceptions of the pack", () => {
    expect(faultsOf(controls, sources)).toEqual([]);
  });

  it("is what docs/controls.md says", async () => {
    const said = readFileSync(path.join(ROOT, PAGE), "utf8");
    if (said !== (await page(ROOT))) throw new Error(`${PAGE} is older than its source. Run make controls.`);
  });
});

describe("a row", () => {
  const [sample] = controls.filter(({ id }) => id === "KMS.4") as [Control];
  const coming: Control = {
    id: "RDS.99",
    says: "Records are in another Region, too",
    standards: ["NIST"],
    rules: ["OPS-63"],
    notYet: "The data layer has no global cluster yet.",
    missing: { data: ["aws:rds/globalCluster:GlobalCluster"] },
  };

  it.each<[string, object, string]>([
    ["a test that was renamed", { held: [{ file: "projects/security/test/keys.test.ts", title: "gone" }] }, "no test"],
    ["a file that is gone", { held: [{ file: "projects/policy/test/gone.test.ts", title: "gone" }] }, "no test"],
    ["no test at all", { held: [] }, "no test shows it"],
    ["a resource that is not there", { where: { security: ["aws:kms/gone:Gone"] } }, "declares no aws:kms/gone:Gone"],
    ["a resource of another layer", { where: { data: ["aws:kms/key:Key"] } }, "the data layer declares no"],
    ["one that must not be there", { never: ["aws:kms/key:Key"] }, "the security layer declares one"],
    ["a rule that the pack has not", { policies: ["gone"] }, 'no rule "gone"'],
    ["a rule about other resources", { policies: ["kms-key-rotation", "trail-complete"] }, "looks at none of its"],
    ["a rule that the exception is not about", { policies: ["kms-key-policy"] }, "which the row does not name"],
    ["an exception that nobody granted", { exception: { id: "EXC-99", covers: "" } }, "EXC-99 is not in"],
    ["no rule of the specification", { rules: [] }, "no rule of the specification"],
    ["a number that is none", { rules: ["SEC-x"] }, '"SEC-x" is no number'],
  ])("with %s does not go unseen", (_, change, says) => {
    expect(faultsOf([{ ...sample, ...change }], sources).join("\n")).toContain(says);
  });

  it("that is not built yet is to be completed as soon as a layer declares what it waits for", () => {
    expect(faultsOf([coming], sources)).toEqual([]);
    const built = { ...sources.inventories.data, "aws:rds/globalCluster:GlobalCluster": { prod: 1 } };
    const later = { ...sources, inventories: { ...sources.inventories, data: built } };
    expect(faultsOf([coming], later).join("\n")).toContain(
      "the data layer declares aws:rds/globalCluster:GlobalCluster now",
    );
  });

  it("is there once", () => {
    expect(faultsOf([sample, sample], sources)).toContain("KMS.4 has two rows. Make them one.");
  });
});

describe("a test's title", () => {
  const text = [
    'describe("outer", () => {',
    '  it("before", () => {});',
    '  describe.each(["a", "b"])("inner %s", () => {',
    "    it.each(STACKS)(",
    '      "holds in %s",',
    "      () => {},",
    "    );",
    "  });",
    "});",
    'it("alone", () => {});',
  ].join("\n");

  it("is found as it is written, behind those of its groups", () => {
    expect(titleIn(text, "holds in %s")).toBe("outer inner %s holds in %s");
    expect(titleIn(text, "before")).toBe("outer before");
    expect(titleIn(text, "alone")).toBe("alone");
  });

  it("is not found in part, nor among other texts", () => {
    expect(titleIn(text, "holds")).toBeUndefined();
    expect(titleIn(text, "outer")).toBeUndefined();
    expect(titleIn('expect(name).toBe("alone");', "alone")).toBeUndefined();
  });
});
