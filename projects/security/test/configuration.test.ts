import { packTemplate, PACKS } from "../src/conformance-packs.ts";
import { recordStack, type RecordedResource, type Recording } from "@records/testing";
import yaml from "yaml";

interface PackRule {
  readonly Type: string;
  readonly Properties: {
    readonly ConfigRuleName: string;
    readonly Description: string;
    readonly InputParameters?: Readonly<Record<string, string>>;
    readonly Source: { readonly Owner: string; readonly SourceIdentifier: string };
  };
}
const rulesOf = (pack: (typeof PACKS)[number]): readonly (readonly [string, PackRule])[] => {
  const { Resources } = yaml.parse(packTemplate(pack)) as { Resources: Record<string, PackRule> };
  return Object.entries(Resources);
};
/** Names that AWS gave otherwise than by its identifier. */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  INCOMING_SSH_DISABLED: "restricted-ssh",
  MULTI_REGION_CLOUD_TRAIL_ENABLED: "multi-region-cloudtrail-enabled",
  RESTRICTED_INCOMING_TRAFFIC: "restricted-common-ports",
};
const CONTROL = { "nist-800-53-r5": /^[A-Z]{2}-\d+(\(\d+\))?$/, "nist-800-171-r2": /^3\.\d+\.\d+$/ } as const;

describe.each(PACKS)("conformance pack %s", (pack) => {
  it("is short enough to be sent whole, and has no more rules than a pack may hold", () => {
    expect(Buffer.byteLength(packTemplate(pack))).toBeLessThanOrEqual(51_200);
    expect(rulesOf(pack).length).toBeGreaterThan(80);
    expect(rulesOf(pack).length).toBeLessThanOrEqual(130);
  });

  it("holds AWS managed rules, each once, under its own name", () => {
    const rules = rulesOf(pack).map(([, { Type, Properties }]) => ({ Type, ...Properties }));
    for (const { Type, ConfigRuleName, Source } of rules) {
      const { Owner, SourceIdentifier } = Source;
      expect({ Type, Owner }).toEqual({ Type: "AWS::Config::ConfigRule", Owner: "AWS" });
      const usual = SourceIdentifier.toLowerCase().replaceAll("_", "-");
      expect(ConfigRuleName).toBe(NAMED_OTHERWISE[SourceIdentifier] ?? usual);
    }
    const identifiers = rules.map(({ Source }) => Source.SourceIdentifier);
    expect(new Set(identifiers).size).toBe(identifiers.length);
    for (const [logicalId] of rulesOf(pack)) expect(logicalId).toMatch(/^[A-Za-z0-9]+$/);
  });

  it("says for each rule which controls it gives evidence for, in as many characters as AWS takes", () => {
    for (const [, { Properties }] of rulesOf(pack)) {
      expect(Properties.Description.length).toBeLessThanOrEqual(256);
      for (const control of Properties.Description.split(", ")) expect(control).toMatch(CONTROL[pack]);
    }
  });

  it("gives parameters as text, the only form that AWS takes", () => {
    for (const [, { Properties }] of rulesOf(pack)) {
      for (const value of Object.values(Properties.InputParameters ?? {})) expect(typeof value).toBe("string");
    }
  });
});

it("the second pack looks at nothing that the first does not", () => {
  const identifiers = (pack: (typeof PACKS)[number]) =>
    rulesOf(pack).map(([, { Properties }]) => Properties.Source.SourceIdentifier);
  const [first, second] = PACKS.map(identifiers) as [string[], string[]];
  expect(second.filter((identifier) => !first.includes(identifier))).toEqual([]);
});

const STACKS = ["local", "staging", "prod"] as const;
let stacks: Record<(typeof STACKS)[number], Recording>;
let adopting: Recording;
beforeAll(async () => {
  const all = await Promise.all(STACKS.map((stack) => recordStack("projects/security", {}, { stack })));
  stacks = Object.fromEntries(STACKS.map((stack, at) => [stack, all[at]])) as typeof stacks;
  adopting = await recordStack("projects/security", {}, { config: { adoptConfigServiceLinkedRole: "true" } });
}, 120_000);
const one = (stack: Recording, type: string): RecordedResource => {
  const [found, ...more] = stack.ofType(type);
  if (!found || more.length > 0) throw new Error(`Expected one ${type}, found ${found ? more.length + 1 : 0}.`);
  return found;
};
const after = ({ options }: RecordedResource) => options.dependencies;

describe("configuration recorder", () => {
  it.each(STACKS)("of %s records everything, under the role that AWS made for it", (name) => {
    const { inputs } = one(stacks[name], "aws:cfg/recorder:Recorder");
    expect(inputs.recordingGroup).toEqual({ allSupported: true, includeGlobalResourceTypes: true });
    expect(inputs.recordingMode).toEqual({ recordingFrequency: name === "prod" ? "CONTINUOUS" : "DAILY" });
    expect(inputs.roleArn).toMatch(/:role\/aws-service-role\/config\.amazonaws\.com\//);
  });

  it("delivers to its own store under the audit key, and runs once it can", () => {
    const stack = stacks.prod;
    const channel = one(stack, "aws:cfg/deliveryChannel:DeliveryChannel");
    expect(channel.inputs.s3BucketName).toMatch(/^srs-prod-configuration-/);
    expect(channel.inputs.s3KmsKeyArn).toBe(stack.contract.kmsKeyArns.audit);
    expect(after(channel).join()).toMatch(/recorder:Recorder.*BucketPolicy::configuration/s);
    const status = one(stack, "aws:cfg/recorderStatus:RecorderStatus");
    expect(status.inputs).toMatchObject({ isEnabled: true, name: "srs-prod-configuration" });
    expect(after(status).join()).toMatch(/DeliveryChannel/);
  });

  it("adopts the role of an account that has it, as it is", () => {
    const role = (stack: Recording) => one(stack, "aws:iam/serviceLinkedRole:ServiceLinkedRole").options;
    expect(role(stacks.local).ignoreChanges).toEqual([]);
    expect(role(adopting).ignoreChanges).toEqual(["description", "tags", "tagsAll"]);
  });
});

describe("configuration rules", () => {
  it.each(STACKS)("of %s are those that no published pack has in our form, and wait for the recorder", (name) => {
    const rules = stacks[name].ofType("aws:cfg/rule:Rule");
    expect(rules.map((rule) => rule.name).toSorted()).toEqual([
      "backup-recovery-point-manual-deletion-disabled",
      "cloudwatch-log-group-encrypted",
      "cw-loggroup-retention-period-check",
      "kms-cmk-not-scheduled-for-deletion",
      "required-tags",
      "secretsmanager-secret-periodic-rotation",
      "secretsmanager-using-cmk",
    ]);
    for (const rule of [...rules, ...stacks[name].ofType("aws:cfg/conformancePack:ConformancePack")]) {
      expect(after(rule).join()).toMatch(/RecorderStatus/);
    }
  });

  it("ask for what the environment promises", () => {
    const parameters = (stack: Recording, rule: string) =>
      JSON.parse(String(stack.get("aws:cfg/rule:Rule", rule).inputs.inputParameters)) as Record<string, string>;
    expect(parameters(stacks.prod, "secretsmanager-secret-periodic-rotation")).toEqual({ maxDaysSinceRotation: "90" });
    expect(parameters(stacks.prod, "cw-loggroup-retention-period-check")).toEqual({ MinRetentionTime: "400" });
    expect(parameters(stacks.staging, "cw-loggroup-retention-period-check")).toEqual({ MinRetentionTime: "90" });
    expect(Object.values(parameters(stacks.prod, "required-tags"))).toHaveLength(6);
  });

  it("run by the clock only where AWS lets them", () => {
    for (const { inputs } of stacks.prod.ofType("aws:cfg/rule:Rule")) {
      const changed = ["SECRETSMANAGER_USING_CMK", "REQUIRED_TAGS", "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED"];
      const byChange = changed.includes(String(inputs.source.sourceIdentifier));
      expect(inputs.maximumExecutionFrequency).toBe(byChange ? undefined : "TwentyFour_Hours");
    }
  });
});
