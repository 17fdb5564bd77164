import { cfgService } from "../../src/services/cfg/index.ts";
import { UNKNOWN } from "../../src/resource-type.ts";
import { put } from "../support/delivery.ts";
import { useRecordedAccount } from "../support/recorded.ts";

const RULE = "aws:cfg/rule:Rule";
const PACK = "aws:cfg/conformancePack:ConformancePack";
const source = { owner: "AWS", sourceIdentifier: "S3_BUCKET_LOGGING_ENABLED" };
const packRule = (identifier: string, name = "a", more = "") => `
Resources:
  One:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: ${name}
      Source:
        Owner: AWS
        SourceIdentifier: ${identifier}
${more}`;

describe("rules of AWS Config", () => {
  const world = useRecordedAccount([cfgService]);
  const putRecorder = () => put(world.cloud, "aws:cfg/recorder:Recorder", "main", { name: "main" });

  it("follow a recorder, and are known by name and by id", async () => {
    const inputs = { name: "buckets-log", source };
    await expect(world.resources.create(RULE, "a", inputs)).rejects.toThrow(
      "NoAvailableConfigurationRecorderException",
    );
    await putRecorder();
    const rule = await world.resources.create(RULE, "a", inputs);
    expect(rule.id).toBe("buckets-log");
    expect(rule.outputs.ruleId).toMatch(/^config-rule-[0-9a-z]{6}$/);
    expect(rule.outputs.arn).toBe(`arn:aws:config:us-east-1:000000000000:config-rule/${rule.outputs.ruleId as string}`);
    await expect(world.resources.create(RULE, "b", inputs)).rejects.toThrow("EntityAlreadyExists");
  });

  it.each([
    ["an identifier that is none", { source: { ...source, sourceIdentifier: "s3-bucket-logging-enabled" } }, "source"],
    ["an owner that is none", { source: { ...source, owner: "ME" } }, "source"],
    ["no identifier", { source: { owner: "AWS" } }, "source"],
    ["details of a rule that is AWS's", { source: { ...source, sourceDetails: [{}] } }, "source"],
    ["parameters that are no JSON object", { source, inputParameters: "90" }, "inputParameters"],
    ["a frequency that is none", { source, maximumExecutionFrequency: "Daily" }, "maximumExecutionFrequency"],
    ["a scope that names no type", { source, scope: { complianceResourceTypes: ["S3Bucket"] } }, "scope"],
    ["a value without its tag", { source, scope: { tagValue: "x" } }, "scope"],
    ["a long name", { source, name: "x".repeat(129) }, "name"],
  ])("are refused with %s", async (_, inputs, property) => {
    expect(await world.resources.failuresOf(RULE, { name: "a", ...inputs })).toMatchObject([
      { property, reason: expect.stringContaining("InvalidParameterValueException") },
    ]);
  });

  describe("in a pack", () => {
    it("are made after a recorder, under an ARN of the pack", async () => {
      const inputs = { name: "nist", templateBody: packRule("S3_BUCKET_LOGGING_ENABLED") };
      await expect(world.resources.create(PACK, "nist", inputs)).rejects.toThrow(
        "NoAvailableConfigurationRecorderException",
      );
      await putRecorder();
      const { outputs } = await world.resources.create(PACK, "nist", inputs);
      expect(outputs.arn).toMatch(
        /^arn:aws:config:us-east-1:000000000000:conformance-pack\/nist\/conformance-pack-[0-9a-z]{9}$/,
      );
    });

    const parameters = "Parameters:\n  Days:\n    Type: String\n";
    it.each([
      ["no template", undefined, "give templateBody"],
      ["more than 51200 bytes", `# ${"x".repeat(51_200)}`, "51200 are possible"],
      ["what is no YAML", "Resources: {", "cannot be read"],
      ["a section that packs have not", `Outputs: {}\n${packRule("A_B")}`, '"Outputs" is no section'],
      ["no resources", "Description: none", "no Resources"],
      ["a resource that is no rule", packRule("A_B").replace("ConfigRule\n", "Recorder\n"), "Type must be"],
      ["an identifier that is none", packRule("s3-logging"), "The sourceIdentifier s3-logging is invalid"],
      ["an owner that is none", packRule("A_B").replace("Owner: AWS", "Owner: Me"), 'Owner "Me"'],
      ["a parameter nobody gives", `${parameters}${packRule("A_B")}`, '"Days" has no Default'],
      ["a reference to nothing", packRule("A_B", "a", "      InputParameters: { days: { Ref: Days } }"), 'Ref "Days"'],
      [
        "the same name twice",
        `${packRule("A_B")}  Two:\n${packRule("A_B").split("  One:\n")[1] ?? ""}`,
        'two rules are named "a"',
      ],
      [
        "131 rules",
        JSON.stringify({
          Resources: Object.fromEntries(
            Array.from({ length: 131 }, (_, index) => [
              `Rule${index}`,
              { Type: "AWS::Config::ConfigRule", Properties: { Source: { Owner: "AWS", SourceIdentifier: "A_B" } } },
            ]),
          ),
        }),
        "up to 130 rules",
      ],
    ])("are refused with %s", async (_, templateBody, reason) => {
      const failures = await world.resources.failuresOf(PACK, { name: "nist", templateBody });
      expect(failures).toMatchObject([{ property: "templateBody", reason: expect.stringContaining(reason) }]);
    });

    it("take parameters that the template declares, and no other", async () => {
      const inputs = { name: "nist", templateBody: `${parameters}${packRule("A_B")}` };
      const given = (parameterName: unknown) => ({
        ...inputs,
        inputParameters: [{ parameterName, parameterValue: "1" }],
      });
      expect(await world.resources.failuresOf(PACK, given("Days"))).toEqual([]);
      expect(await world.resources.failuresOf(PACK, given(UNKNOWN))).toEqual([]);
      expect(await world.resources.failuresOf(PACK, given("Hours"))).toMatchObject([
        { reason: expect.stringContaining('no parameter "Hours"') },
        { reason: expect.stringContaining('"Days" has no Default') },
      ]);
    });
  });
});
